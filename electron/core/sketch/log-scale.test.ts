import { describe, expect, test } from 'vitest';
import { LogScale } from './log-scale.ts';

/** Pseudo-random numbers from 0.01 to 1e9, the same in every run. */
function values(count: number): number[] {
  let state = 11;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 10 ** ((state / 2_147_483_647) * 11 - 2);
  });
}

describe.each([0.01, 0.025, 0.1])('a scale with a relative error of %d', (error) => {
  const scale = new LogScale(error);

  test('has a bucket for each value within the relative error', () => {
    const errors = [...values(20_000), 0.01, 1, 1e12, 1e300].map(
      (value) => Math.abs(scale.valueOf(scale.bucketOf(value)) - value) / value,
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(error + 1e-9);
  });

  test('has no more buckets than the error needs', () => {
    const [lowest, highest] = [scale.bucketOf(1), scale.bucketOf(1_000)];
    const fewest = Math.log(1_000) / Math.log((1 + error) / (1 - error));
    expect(highest - lowest).toBeLessThanOrEqual(Math.ceil(fewest) + 1);
  });

  test('numbers buckets in the order of their values', () => {
    const sorted = values(2_000).sort((a, b) => a - b);
    const buckets = sorted.map((value) => scale.bucketOf(value));
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    const stands = buckets.map((bucket) => scale.valueOf(bucket));
    expect(stands).toEqual([...stands].sort((a, b) => a - b));
  });

  test('has a first bucket for tiny values and a last one for huge values', () => {
    expect([-5, 0, 0.009].map((value) => scale.bucketOf(value))).toEqual([0, 0, 0]);
    expect(scale.valueOf(0)).toBe(0);
    expect([1e300, 1.7e308, Infinity].map((value) => scale.bucketOf(value))).toEqual(
      new Array(3).fill(scale.lastBucket),
    );
  });
});

describe('quantiles of counted buckets', () => {
  const scale = new LogScale(0.01);
  const of = (counts: readonly number[], ranks: readonly number[]): (number | null)[] => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return scale.quantiles(counts.keys(), (bucket) => counts[bucket] ?? 0, total, ranks);
  };

  test('are by nearest rank', () => {
    const at = (bucket: number): number => scale.valueOf(bucket);
    const ranks = [0, 0.25, 0.250_01, 0.5, 0.75, 1];
    expect(of([0, 1, 0, 2, 1], ranks)).toEqual([at(1), at(1), at(3), at(3), at(3), at(4)]);
  });

  test('are unknown without values', () => {
    expect(of([], [0.5, 0.9])).toEqual([null, null]);
  });

  test('end with the highest bucket if counts are too large for exact sums', () => {
    const counts = [1, Number.MAX_SAFE_INTEGER, 1, 1, 1];
    const total = counts.reduce((sum, count) => sum + count, 0) + 1_000;
    const read = scale.quantiles(counts.keys(), (bucket) => counts[bucket] ?? 0, total, [1]);
    expect(read).toEqual([scale.valueOf(4)]);
  });
});
