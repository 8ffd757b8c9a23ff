import { expect, test } from 'vitest';
import { Sketch } from './sketch.ts';

/** Artificial latencies: most are short, some are very long. */
function values(count: number): number[] {
  return Array.from({ length: count }, (_, n) => 5 + ((n * 7_919) % 1_000) ** 2.2 / 37);
}

function nearestRank(sorted: readonly number[], rank: number): number {
  return sorted[Math.max(1, Math.ceil(rank * sorted.length)) - 1]!;
}

test.each([1, 2, 10, 999, 20_000])('percentiles of %i values are within 1 %', (count) => {
  const sketch = new Sketch();
  const all = values(count);
  for (const value of all) sketch.add(value);
  all.sort((a, b) => a - b);
  const ranks = [0, 0.5, 0.95, 0.99, 1];
  sketch.quantiles(ranks).forEach((value, index) => {
    const exact = nearestRank(all, ranks[index]!);
    expect(Math.abs(value! - exact) / exact).toBeLessThanOrEqual(0.010_000_1);
  });
});

test('merging encoded parts is the same as adding everything to one', () => {
  const whole = new Sketch();
  const merged = new Sketch();
  for (let part = 0; part < 20; part++) {
    const piece = new Sketch();
    for (const value of values(50 + part * 13)) {
      whole.add(value * (part + 1));
      piece.add(value * (part + 1));
    }
    merged.mergeEncoded(piece.encode());
  }
  expect(merged.count).toBe(whole.count);
  expect(merged.encode()).toEqual(whole.encode());
});

test('subtracting a merged sketch restores every bucket', () => {
  const before = new Sketch();
  for (const value of values(300)) before.add(value);
  const piece = new Sketch();
  for (const value of values(70)) piece.add(value * 3);
  piece.add(0);
  const after = new Sketch();
  after.merge(before);
  after.merge(piece);
  expect(after.count).toBe(371);
  after.subtract(piece);
  expect(after.count).toBe(300);
  expect(after.encode()).toEqual(before.encode());
  after.subtract(before);
  expect(after.quantiles([0.5])).toEqual([null]);
  expect(after.encode()).toEqual(new Sketch().encode());
});

/** Bytes stored by earlier versions, with their content. */
test.each([
  [
    'some times in ms',
    '01000201012301c401017e01960101df0301',
    8,
    [0, 0, 0.019_936_617_014_173_444, 3_632_518.803_713_594],
  ],
  ['extremes', '010001cd0c0184830202', 4, [0, 0, 994_846_418_882.572, 9.924_602_053_673_197e299]],
  ['a count of two bytes', '018002e807', 1_000, new Array(4).fill(1.624_092_971_171_391)],
])('reads and writes the stored form of %s like earlier versions', (_what, hex, count, read) => {
  const stored = Uint8Array.from(Buffer.from(hex, 'hex'));
  const sketch = new Sketch();
  sketch.mergeEncoded(stored);
  expect(sketch.count).toBe(count);
  expect(sketch.quantiles([0, 0.25, 0.5, 1])).toEqual(read);
  expect(sketch.encode()).toEqual(stored);
});

test('keeps large counts, zeros and extremes', () => {
  const sketch = new Sketch();
  for (let n = 0; n < 70_000; n++) sketch.add(0);
  sketch.add(1e12);
  const copy = new Sketch();
  copy.mergeEncoded(sketch.encode());
  expect(copy.count).toBe(70_001);
  const [median, most] = copy.quantiles([0.5, 1]);
  expect(median).toBe(0);
  expect(most! / 1e12).toBeCloseTo(1, 1);
});

test('ignores invalid measurements, and knows when it is empty', () => {
  const sketch = new Sketch();
  for (const value of [-1, Number.NaN, Infinity]) sketch.add(value);
  sketch.mergeEncoded(null);
  sketch.mergeEncoded(Uint8Array.from([99, 1, 1]));
  expect(sketch.count).toBe(0);
  expect(sketch.quantiles([0.5])).toEqual([null]);
});

test.each([
  ['a bucket that no value has', [1, 0xff, 0xff, 0x7f, 1]],
  ['a count that never ends', [1, 5, ...new Array<number>(400).fill(0xff), 0x7f]],
  ['half a number', [1, 5, 0x80]],
])('reading of a damaged sketch stops at %s', (_what, bytes) => {
  const sketch = new Sketch();
  sketch.mergeEncoded(Uint8Array.from([...bytes, 1, 1]));
  sketch.add(1);
  const copy = new Sketch();
  copy.mergeEncoded(sketch.encode());
  expect(copy.quantiles([0.5])).toEqual(sketch.quantiles([0.5]));
  expect(sketch.quantiles([1])[0]).toBeLessThan(2);
});

test('an hour of traffic takes some hundred bytes', () => {
  const sketch = new Sketch();
  for (const value of values(3_600)) sketch.add(value);
  expect(sketch.encode().length).toBeLessThan(1_500);
});
