import { CallFailure } from './call.ts';

/** Longest line of a streamed answer. A frame with one token has a few hundred bytes. */
const MAX_LINE = 1024 * 1024;

/**
 * Yields the lines of a stream without line ends and empty lines. The next chunk is read only on
 * demand, so a slow reader slows the server down. Throws a `CallFailure` for a line longer than the
 * limit.
 */
export async function* textLines(
  chunks: AsyncIterable<Buffer>,
  maxLine: number = MAX_LINE,
): AsyncGenerator<string> {
  let carry: Buffer[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = lineOf([...carry, chunk.subarray(start, end)]);
      carry = [];
      held = 0;
      start = end + 1;
      if (line !== '') yield line;
    }
    held += chunk.length - start;
    if (held > maxLine)
      throw new CallFailure('TOO_LARGE', 'a line of the answer is too long', true);
    if (start < chunk.length) carry.push(chunk.subarray(start));
  }
  const last = lineOf(carry);
  if (last !== '') yield last;
}

/** Decodes only whole lines, because a chunk may end inside a character. */
function lineOf(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
}
