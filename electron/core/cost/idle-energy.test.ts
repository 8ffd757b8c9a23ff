import { expect, it } from 'vitest';
import type { DeviceEnergyPoint } from '../records/ledger/device-energy-query.ts';
import { readIdleEnergy } from './idle-energy.ts';

const HOUR_MS = 3_600_000;

function point(hour: number, idleJoules: number, device = 'a'): DeviceEnergyPoint {
  const others = { attributedJoules: 9, phantomJoules: 1, otherJoules: 3, measuredMs: null };
  return { at: hour * HOUR_MS, device, idleJoules, ...others };
}

it('sums the devices of each hour, and nothing but their idle energy', async () => {
  const points = [point(7, 10), point(7, 5, 'b'), point(8, 2)];
  const ledger = { deviceEnergy: () => Promise.resolve(points) };
  expect(await readIdleEnergy(ledger, 7 * HOUR_MS, 9 * HOUR_MS)).toEqual([
    { hour: 7, joules: 15 },
    { hour: 8, joules: 2 },
  ]);
});

it('is unknown without measured energy', async () => {
  const ledger = { deviceEnergy: () => Promise.resolve([]) };
  expect(await readIdleEnergy(ledger, 0, HOUR_MS)).toBeNull();
});

it('reads a year in ranges that the ledger allows', async () => {
  const ranges: [number, number][] = [];
  const ledger = {
    deviceEnergy: ({ from, to }: { from: number; to: number }) => {
      ranges.push([from, to]);
      return Promise.resolve([]);
    },
  };
  const year = 8_760 * HOUR_MS;
  await readIdleEnergy(ledger, 0, year);
  expect(ranges.map(([from, to]) => to - from)).toEqual(
    [4_000, 4_000, 760].map((hours) => hours * HOUR_MS),
  );
  expect(ranges[1]?.[0]).toBe(ranges[0]?.[1]);
});
