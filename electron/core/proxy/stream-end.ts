/** Formats of streamed bodies that can be ended with an error of their own. */
export type StreamFormat = 'events' | 'lines';

const LF = 0x0a;
const CR = 0x0d;

/** The last bytes of a body that has none yet. Nothing has begun, as after an empty line. */
export const NO_BYTES = 0x0a0a0a0a;

/** Media types of bodies with one JSON document in each line. */
export const JSON_LINES = /^application\/(?:x-)?(?:ndjson|jsonl|json-lines|jsonlines)$/;

/**
 * The format of a streamed body; null if its end cannot be written, because the format is not known
 * or the body is compressed.
 */
export function streamFormat(headers: {
  readonly 'content-type'?: string | undefined;
  readonly 'content-encoding'?: string | undefined;
}): StreamFormat | null {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (coding !== '' && coding !== 'identity') return null;
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream') return 'events';
  return JSON_LINES.test(type) ? 'lines' : null;
}

/** Returns the last four bytes of a body as a number, given those before a chunk. */
export function lastBytes(before: number, chunk: Buffer): number {
  if (chunk.length >= 4) return chunk.readInt32BE(chunk.length - 4);
  let last = before;
  for (const byte of chunk) last = (last << 8) | byte;
  return last;
}

/**
 * Returns what must follow the last bytes so that a new event or line can begin; null if they are in
 * the middle of a line, which must not be completed. An event ends with an empty line (WHATWG HTML,
 * 9.2.5: lines end with CR LF, LF or CR).
 */
export function completion(format: StreamFormat, last: number): string | null {
  const [third, second, end] = [(last >> 16) & 0xff, (last >> 8) & 0xff, last & 0xff];
  if (format === 'lines') return end === LF ? '' : null;
  // An LF may still belong to this CR.
  if (end === CR) return '\n\n';
  if (end !== LF) return null;
  const isAfterLine = second === CR ? isLineEnd(third) : second === LF;
  return isAfterLine ? '' : '\n';
}

function isLineEnd(byte: number): boolean {
  return byte === LF || byte === CR;
}
