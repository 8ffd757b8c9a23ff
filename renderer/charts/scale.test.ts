import { describe, expect, it } from 'vitest';
import { timeTicks, valueScale } from './scale.ts';

describe('valueScale', () => {
  it('ends at the next round value that has a round half', () => {
    const tops = [10, 11, 21, 45, 61, 80, 81, 104, 2_140].map((n) => valueScale(n).top);
    expect(tops).toEqual([10, 20, 40, 60, 80, 80, 100, 200, 4_000]);
    expect(valueScale(104).ticks).toEqual([0, 100, 200]);
  });

  it('never cuts a value off', () => {
    for (let n = 0; n < 5_000; n += 7.3) expect(valueScale(n).top).toBeGreaterThanOrEqual(n);
  });

  it('keeps its height when idle', () => {
    expect(valueScale(0)).toEqual({ top: 10, ticks: [0, 5, 10] });
    expect(valueScale(0.4).top).toBe(10);
  });
});

describe('timeTicks', () => {
  it('divides the span into thirds, up to now', () => {
    expect(timeTicks(180_000)).toEqual([-180_000, -120_000, -60_000, 0]);
  });
});
