import { describe, expect, it } from 'vitest';
import { money, sumOf, timesTokens, unitsOf } from './money.ts';

describe('exact money', () => {
  it('does not drift in sums, whatever their order', () => {
    const cents = Array.from({ length: 1_000 }, () => 0.1);
    // The same sum of floating-point numbers is 99.9999999999986.
    expect(cents.reduce((a, b) => a + b, 0)).not.toBe(100);
    expect(unitsOf(sumOf(cents.map(money)))).toBe(100);
    const mixed = [1e6, 1e-9, -1e6, 1e-9].map(money);
    expect(unitsOf(sumOf(mixed))).toBe(2e-9);
    expect(sumOf(mixed)).toBe(sumOf([...mixed].reverse()));
  });

  it('keeps prices of single tokens exact', () => {
    // 0.15 dollars a million tokens.
    expect(unitsOf(timesTokens(1_000_000, money(0.15e-6)))).toBe(0.15);
    expect(unitsOf(timesTokens(3, money(0.075e-6)))).toBe(2.25e-7);
  });

  it('holds large amounts', () => {
    expect(unitsOf(money(123_456_789.25))).toBe(123_456_789.25);
    expect(unitsOf(money(-2.5))).toBe(-2.5);
  });
});
