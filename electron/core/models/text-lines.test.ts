import { describe, expect, it } from 'vitest';
import { textLines } from './text-lines.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}
async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

describe('lines of a stream', () => {
  it('are complete for all chunk boundaries', async () => {
    const bytes = Buffer.from('{"a":"wörter 🙂"}\r\n\n{"b":1}\nlast');
    for (let size = 1; size <= bytes.length; size += 1) {
      expect(await all(textLines(pieces(bytes, size)))).toEqual([
        '{"a":"wörter 🙂"}',
        '{"b":1}',
        'last',
      ]);
    }
  });

  it('are bounded', async () => {
    const long = Buffer.from(`${'a'.repeat(100)}\nb`);
    expect(await all(textLines(pieces(long, 7), 110))).toHaveLength(2);
    await expect(all(textLines(pieces(long, 7), 90))).rejects.toThrow('too long');
  });
});
