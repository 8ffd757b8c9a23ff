import fc from 'fast-check';
import { expect, it } from 'vitest';
import { busyTime } from './busy-time.ts';
import { EnergyAccount } from './energy-account.ts';
import { BIN_MS } from './observation.ts';

const SOURCE = {
  promptTokens: () => null,
  promptRate: () => null,
  prefillMs: () => null,
  isStreamed: () => true,
};
const COUNT = 6;

/** Null stands for an exchange that still runs. */
function accounts(spans: readonly (readonly [number, number | null])[]): EnergyAccount[] {
  return spans.map(([begunAt, endedAt]) => {
    const account = new EnergyAccount(begunAt, SOURCE, () => undefined);
    account.endedAt = endedAt;
    return account;
  });
}

it('counts time once in which several exchanges ran', () => {
  // The second one lies within the first, and both end in one bin.
  const busy = busyTime(
    accounts([
      [0, 40],
      [5, 30],
      [60, null],
    ]),
    0,
    3,
  );
  expect([...busy]).toEqual([0.8, 0.8, 1]);
});

it('is the share of each bin that any exchange covers, whatever overlaps', () => {
  const span = fc
    .tuple(fc.integer({ min: -100, max: 400 }), fc.integer({ min: 0, max: 200 }), fc.boolean())
    .map(([from, length, runs]) => [from, runs ? null : from + length] as const);
  fc.assert(
    fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
      const sorted = [...spans].sort(([a], [b]) => a - b);
      const covered = (at: number): boolean =>
        sorted.some(([from, to]) => from <= at && (to === null || at < to));
      const expected = Array.from({ length: COUNT }, (_, bin) => {
        const moments = Array.from({ length: BIN_MS }, (_each, ms) => bin * BIN_MS + ms);
        return moments.filter(covered).length / BIN_MS;
      });
      const busy = busyTime(accounts(sorted), 0, COUNT);
      expected.forEach((share, bin) => expect(busy[bin]).toBeCloseTo(share, 9));
    }),
  );
});
