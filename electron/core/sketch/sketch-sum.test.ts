import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SketchSum } from './sketch-sum.ts';
import { Sketch } from './sketch.ts';

const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { maxLength: 200 });
const RANKS = [0, 0.05, 0.5, 0.95, 1];

test('has the same quantiles as a sketch, added one by one or merged, also after a reset', () => {
  const sum = new SketchSum();
  fc.assert(
    fc.property(values, values, (some, others) => {
      sum.reset();
      const both = new Sketch();
      const encoded = new Sketch();
      for (const value of some) {
        sum.add(value);
        both.add(value);
      }
      for (const value of others) {
        encoded.add(value);
        both.add(value);
      }
      sum.mergeEncoded(encoded.encode());
      expect(sum.count).toBe(some.length + others.length);
      expect(sum.quantiles(RANKS)).toEqual(both.quantiles(RANKS));
    }),
  );
});

test('counts values up to a limit within 1 %', () => {
  fc.assert(
    fc.property(values, fc.double({ min: 0.02, max: 1e12, noNaN: true }), (all, limit) => {
      const sum = new SketchSum();
      for (const value of all) sum.add(value);
      const upTo = (most: number): number => all.filter((value) => value <= most).length;
      expect(sum.countUpTo(limit)).toBeGreaterThanOrEqual(upTo(limit));
      expect(sum.countUpTo(limit)).toBeLessThanOrEqual(upTo(limit * 1.021));
    }),
  );
});

test('a histogram has every value in one bar, and bars that touch', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 60 }), (all, most) => {
      const sum = new SketchSum();
      for (const value of all) sum.add(value);
      const bars = sum.histogram(most);
      expect(bars.length).toBeLessThanOrEqual(most);
      expect(bars.reduce((total, { count }) => total + count, 0)).toBe(all.length);
      for (const [index, bar] of bars.entries()) {
        expect(bar.from).toBeLessThan(bar.to);
        if (index > 0) expect(bar.from).toBeCloseTo(bars[index - 1]!.to, 6);
      }
    }),
  );
});

test('keeps values beyond its first size', () => {
  const sum = new SketchSum();
  sum.add(1e300);
  expect(sum.quantiles([1])[0]! / 1e300).toBeCloseTo(1, 1);
});
