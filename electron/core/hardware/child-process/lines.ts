import { StringDecoder } from 'node:string_decoder';

/** Longer than any line of a GPU tool. The rest of a longer line is dropped. */
const MAX_LINE = 64 * 1024;

/**
 * Splits a byte stream into lines. Chunks may end anywhere, also inside a UTF-8 character. Line ends
 * (`\n`, `\r\n`) are removed.
 */
export function createLineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = (parts.pop() ?? '').slice(0, MAX_LINE);
    for (const part of parts) onLine(part.endsWith('\r') ? part.slice(0, -1) : part);
  };
}
