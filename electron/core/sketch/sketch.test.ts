import { expect, test } from 'vitest';
import { Sketch } from './sketch.ts';

/** A made-up latency: most are short, some are very long. */
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

test('leaves out what is no measurement, and knows when it is empty', () => {
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
])('%s ends what can be read of a damaged one', (_what, bytes) => {
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
