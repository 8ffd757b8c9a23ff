import { StringDecoder } from 'node:string_decoder';

/** Longer than any line of a GPU tool; the rest of a longer one is thrown away. */
const MAX_LINE = 64 * 1024;

/**
 * Cuts a byte stream into lines. Chunks may end anywhere, inside a UTF-8 character too. Line ends
 * (`\n`, `\r\n`) are not part of the lines.
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
