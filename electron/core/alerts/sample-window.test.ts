import { describe, expect, it } from 'vitest';
import { SampleWindow } from './sample-window.ts';

const WINDOW_MS = 60_000;

/** Pseudo-random numbers, the same in every run. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ;) {
    x = (x * 48_271) % 2_147_483_647;
    yield x / 2_147_483_647;
  }
}

describe('a window', () => {
  it('gives the same sums as a list of all samples, at any time', () => {
    const random = numbers(7);
    const next = (): number => random.next().value as number;
    const window = new SampleWindow(WINDOW_MS, 3 * WINDOW_MS, true);
    const all: { readonly at: number; readonly value: number }[] = [];
    let now = 1_000_000;
    for (let i = 0; i < 5_000; i += 1) {
      now += next() < 0.002 ? 100_000 : next() * 500;
      const value = next() < 0.1 ? 0 : 10 ** (next() * 6 - 1);
      window.add(value, now);
      all.push({ at: now, value });
      if (i % 10 > 0) continue;
      window.moveTo(now);
      const slot = (at: number): number => Math.floor(at / 2_000);
      const between = (from: number, to: number): number[] =>
        all
          .filter(({ at }) => slot(at) > slot(now - from) && slot(at) <= slot(now - to))
          .map((sample) => sample.value)
          .sort((a, b) => a - b);
      for (const [span, expected] of [
        [window.now, between(WINDOW_MS, 0)],
        [window.before, between(4 * WINDOW_MS, WINDOW_MS)],
      ] as const) {
        expect(span.count).toBe(expected.length);
        expect(span.sum).toBeCloseTo(
          expected.reduce((sum, each) => sum + each, 0),
          3,
        );
        for (const percentile of [1, 50, 95, 99.9]) {
          const exact = expected[Math.max(1, Math.ceil((percentile / 100) * span.count)) - 1];
          const read = span.percentile(percentile);
          if (exact === undefined) expect(read).toBeNull();
          else expect(Math.abs((read ?? -1) - exact)).toBeLessThanOrEqual(exact * 0.0101);
        }
      }
    }
  });

  it('is exactly zero in the end', () => {
    const window = new SampleWindow(WINDOW_MS, 0, true);
    for (let i = 0; i < 1_000; i += 1) window.add(0.1 + i / 3, i * 50);
    expect(window.moveTo(100_000)).toBe(false);
    expect(window.moveTo(200_000)).toBe(true);
    expect([window.now.count, window.now.sum, window.now.percentile(50)]).toEqual([0, 0, null]);
    window.add(0.1, 200_000);
    expect(window.now.sum).toBe(0.1);
  });
});
