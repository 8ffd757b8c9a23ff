import { describe, expect, it } from 'vitest';
import { Gaps } from './arrivals.ts';

describe('gaps between content chunks', () => {
  it('are unknown when there was none', () => {
    const gaps = new Gaps();
    expect([gaps.p50, gaps.max]).toEqual([null, null]);
  });

  it('give the median within 2.5 % and the longest exactly', () => {
    const gaps = new Gaps();
    for (let i = 1; i <= 1_001; i += 1) gaps.add(i);
    expect(gaps.max).toBe(1_001);
    expect(Math.abs((gaps.p50 ?? 0) - 501)).toBeLessThanOrEqual(501 * 0.025);
  });

  it('have no median above the longest gap', () => {
    for (let ms = 0.02; ms < 10_000; ms *= 1.01) {
      const gaps = new Gaps();
      gaps.add(ms);
      expect(gaps.p50).toBeLessThanOrEqual(ms);
    }
  });

  it('take gaps of no time and of hours', () => {
    const gaps = new Gaps();
    gaps.add(0);
    expect(gaps.p50).toBe(0);
    gaps.add(40_000_000);
    expect(gaps.max).toBe(40_000_000);
  });
});
