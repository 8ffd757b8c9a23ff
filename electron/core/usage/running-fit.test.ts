import { describe, expect, it } from 'vitest';
import { NO_FIT, isUsable, predict, withPair } from './running-fit.ts';
import type { FitState } from './running-fit.ts';

type Pair = readonly [size: number, tokens: number];

function fitOf(pairs: readonly Pair[], from: FitState = NO_FIT): FitState {
  return pairs.reduce((fit, [size, tokens]) => withPair(fit, size, tokens), from);
}

/** Prompts of many sizes: 20 tokens of a template, a quarter token a byte, and some scatter. */
function prompts(count: number, from = 0): Pair[] {
  return Array.from({ length: count }, (_, n) => {
    const size = 200 + (((n + from) * 7_919) % 3_000);
    return [size, (20 + size / 4) * (1 + (((n * 31) % 7) - 3) / 50)] as const;
  });
}

const same = (count: number, pair: Pair): Pair[] => Array.from({ length: count }, () => pair);

describe('a running fit', () => {
  it('finds the slope and the offset', () => {
    const fit = fitOf(prompts(40));
    expect(predict(fit, 400)?.tokens).toBeCloseTo(120, -1);
    expect(predict(fit, 3_000)?.tokens).toBeGreaterThan(740);
    expect(predict(fit, 3_000)?.tokens).toBeLessThan(800);
    expect(predict(fit, 1_000)?.error).toBeGreaterThan(0.01);
    expect(predict(fit, 1_000)?.error).toBeLessThan(0.06);
  });

  it('has a larger error for sizes far from those that it knows', () => {
    const fit = fitOf(prompts(12));
    const near = predict(fit, 1_000)?.error ?? NaN;
    expect(predict(fit, 100_000)?.error).toBeGreaterThan(near * 1.02);
  });

  it('says nothing about sizes far above the only one that it knows', () => {
    const fit = fitOf(same(50, [1, 6]));
    expect(predict(fit, 1)?.tokens).toBeCloseTo(6);
    expect(predict(fit, 100_000_000)).toBeNull();
  });

  it('takes tokens as proportional below the sizes that it knows, with an unknown error', () => {
    expect(predict(fitOf(same(50, [80, 240])), 10)).toEqual({ tokens: 30, error: null });
  });

  it('says nothing far above sizes that hardly differ and have no clear slope', () => {
    const fit = fitOf(Array.from({ length: 30 }, (_, n) => [100 + (n % 10), 50 + ((n * 7) % 5)]));
    expect(predict(fit, 104)?.tokens).toBeCloseTo(52, -1);
    expect(predict(fit, 10_000)).toBeNull();
  });

  it('learns long prompts that come between many equal short ones', () => {
    const mixed = prompts(20).flatMap((pair) => [...same(10, [70, 40]), pair]);
    const fit = fitOf([...same(30, [70, 40]), ...mixed]);
    expect(predict(fit, 3_000)?.tokens).toBeGreaterThan(700);
    expect(predict(fit, 3_000)?.tokens).toBeLessThan(850);
  });

  it('ignores single outliers, and starts anew after several in a row', () => {
    const fit = fitOf(prompts(40));
    const before = predict(fit, 1_000)?.tokens;
    const odd = fitOf(same(3, [1_000, 20_000]), fit);
    expect(predict(odd, 1_000)?.tokens).toBe(before);
    const changed = fitOf(same(4, [1_000, 20_000]), fit);
    expect(predict(changed, 1_000)?.tokens).toBeCloseTo(20_000);
    expect(isUsable(changed)).toBe(false);
  });

  it('ignores pairs that are not above zero', () => {
    for (const pair of [
      [0, 5],
      [5, 0],
      [NaN, 5],
      [-1, 5],
    ] as const) {
      expect(fitOf([pair])).toBe(NO_FIT);
    }
  });
});
