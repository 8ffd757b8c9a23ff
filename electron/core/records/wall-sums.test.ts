import { expect, it } from 'vitest';
import type { DeviceEnergyPoint } from './ledger/device-energy-query.ts';
import { wallEnergy } from './wall-sums.ts';

function point(at: number, device: string, joules: number): DeviceEnergyPoint {
  const nothing = { attributedJoules: 0, idleJoules: 0, phantomJoules: null, measuredMs: null };
  return { at, device, ...nothing, otherJoules: joules };
}

it('has the ratio of the buckets in which both the wall and a GPU were measured', () => {
  const points = [point(0, 'wall', 300), point(0, 'gpu', 100), point(60, 'wall', 900)];
  const sums = wallEnergy([...points, point(120, 'gpu', 5_000)]);
  expect(sums).toMatchObject({ joules: 1_200, gpuJoules: 100, factor: 3 });
  expect(sums?.points).toHaveLength(2);
});

it('has no ratio without the energy of a GPU, and is null without a meter', () => {
  expect(wallEnergy([point(0, 'wall', 300)])).toMatchObject({ joules: 300, factor: null });
  expect(wallEnergy([point(0, 'gpu', 300)])).toBeNull();
});
