import type { DeviceEnergyPoint } from './ledger/device-energy-query.ts';
import { WALL_DEVICE } from '../hardware/wall/wall-energy.ts';

/** What a wall meter measured over a range, joules. */
export interface WallSums {
  readonly joules: number;
  /** Energy of the GPUs in the same buckets. */
  readonly gpuJoules: number;
  /** Energy at the wall for each joule of the GPUs; null without any. */
  readonly factor: number | null;
  readonly points: readonly {
    readonly at: number;
    readonly joules: number;
    readonly measuredMs: number | null;
  }[];
}

/**
 * The energy at the wall, and its ratio to that of the GPUs in the buckets that have both. The rest
 * of the machine and the losses of the power supply are in that ratio.
 */
export function wallEnergy(points: readonly DeviceEnergyPoint[]): WallSums | null {
  const wall = points.filter(({ device }) => device === WALL_DEVICE);
  if (wall.length === 0) return null;
  const buckets = new Set(wall.map(({ at }) => at));
  const gpus = points.filter(({ device, at }) => device !== WALL_DEVICE && buckets.has(at));
  const ofGpus = new Set(gpus.map(({ at }) => at));
  const gpuJoules = gpus.reduce(
    (sum, { attributedJoules, idleJoules, otherJoules }) =>
      sum + attributedJoules + idleJoules + otherJoules,
    0,
  );
  const both = wall
    .filter(({ at }) => ofGpus.has(at))
    .reduce((sum, { otherJoules }) => sum + otherJoules, 0);
  return {
    joules: wall.reduce((sum, { otherJoules }) => sum + otherJoules, 0),
    gpuJoules,
    factor: gpuJoules > 0 ? both / gpuJoules : null,
    points: wall.map(({ at, otherJoules, measuredMs }) => ({
      at,
      joules: otherJoules,
      measuredMs,
    })),
  };
}
