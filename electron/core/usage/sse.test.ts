import { describe, expect, it } from 'vitest';
import { LineSplitter, MAX_LINE } from './lines.ts';
import { EventAssembler } from './sse.ts';

function read(text: string, size = Infinity): string[] {
  const seen: string[] = [];
  let large = '';
  const assembler = new EventAssembler({
    event: (line, from, name) => seen.push(`${name}|${line.slice(from).replaceAll('\r', '')}`),
    largeData: (bytes) => {
      large += bytes.toString('latin1');
    },
    largeEnd: (name) => {
      seen.push(`${name}|large ${large.length} ${large.slice(0, 3)}…${large.slice(-3)}`);
      large = '';
    },
    stray: (line) => seen.push(`stray ${line}`),
  });
  const lines = new LineSplitter(assembler, true);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) lines.push(bytes.subarray(at, at + size));
  lines.end();
  assembler.end();
  return seen;
}

describe('event streams', () => {
  const sizes = [1, 2, 3, 5, 1000];

  it.each(['\n', '\r\n', '\r'])('are read with lines ending in %j', (end) => {
    const text =
      ['event: a', 'data: 1', '', ': comment', '', 'data:2', 'id: 7', 'data: 3', ''].join(end) +
      end;
    for (const size of sizes) expect(read(text, size)).toEqual(['a|1', '|2\n3']);
  });

  it('keep one space only, and names until the blank line', () => {
    expect(read('data:  x\nevent:late\n\ndata: y\n\n')).toEqual(['late|\u0020x', '|y']);
  });

  it('dispatch nothing for an event without data', () => {
    expect(read('event: a\n\ndata: x\n\n')).toEqual(['|x']);
  });

  it('let a last event without its blank line count', () => {
    expect(read('data: x')).toEqual(['|x']);
  });

  it('tell of lines with unknown fields', () => {
    expect(read('error: {}\nretry: 3\nid\ndata: x\n\n')).toEqual(['stray error: {}', '|x']);
  });

  it('hand on data too large to hold in parts, with its name', () => {
    const long = 'x'.repeat(MAX_LINE + 10);
    for (const size of [100, 65_535, 200_000]) {
      expect(read(`event: big\ndata: ab${long}yz\n\ndata: 1\n\n`, size)).toEqual([
        `big|large ${long.length + 4} abx…xyz`,
        '|1',
      ]);
    }
  });

  it('hand on many small data lines of one event as large data', () => {
    const lines = Array.from({ length: 20_000 }, () => 'data: 12345').join('\n');
    expect(read(`${lines}\n\n`)).toEqual([`|large ${20_000 * 6 - 1} 123…345`]);
  });

  it('drop long comments', () => {
    expect(read(`: ${'x'.repeat(MAX_LINE * 2)}\n\ndata: 1\n\n`, 1000)).toEqual(['|1']);
  });
});

describe('LineSplitter', () => {
  it('holds no more than one line of bounded length', () => {
    let parts = 0;
    const splitter = new LineSplitter({ line: () => undefined, part: () => (parts += 1) }, false);
    const chunk = Buffer.alloc(10_000, 'x');
    for (let i = 0; i < 1000; i += 1) {
      splitter.push(chunk);
      expect(splitter.retainedBytes).toBeLessThanOrEqual(MAX_LINE);
    }
    expect(parts).toBeGreaterThan(900);
  });
});
