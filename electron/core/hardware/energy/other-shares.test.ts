import { expect, it } from 'vitest';
import { TimedValues } from './timed-values.ts';

function sharesOf(...readings: readonly (readonly [at: number, share: number | null])[]) {
  const shares = new TimedValues();
  for (const [at, share] of readings) shares.add(at, share);
  return shares;
}

it('a reading tells the share of the time before it, and the newest is held', () => {
  const shares = sharesOf([1_000, 0.1], [2_000, 0.2], [3_000, null]);
  const at = [500, 1_000, 1_500, 2_500, 3_500].map((moment) => shares.at(moment, 1_000));
  expect(at).toEqual([0.1, 0.1, 0.2, null, null]);
  shares.add(4_000, 0.4);
  expect([4_500, 5_001].map((moment) => shares.at(moment, 1_000))).toEqual([0.4, null]);
});

it('a gap is not bridged', () => {
  const shares = sharesOf([1_000, 0.1], [9_000, 0.9]);
  expect([5_000, 7_900, 8_000].map((moment) => shares.at(moment, 1_000))).toEqual([
    null,
    null,
    0.9,
  ]);
});

it('what is settled is forgotten, and the newest reading is kept', () => {
  const shares = sharesOf([1_000, 0.1], [2_000, 0.2]);
  shares.forget(3_000);
  expect([500, 2_500].map((moment) => shares.at(moment, 1_000))).toEqual([null, 0.2]);
});

it('the number of readings is bounded', () => {
  const shares = new TimedValues();
  for (let at = 1; at <= 10_000; at += 1) shares.add(at, 0.5);
  expect(shares.at(9_000, 100)).toBeNull();
  expect(shares.at(9_900, 100)).toBe(0.5);
});
