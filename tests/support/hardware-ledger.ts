/** A ledger for the page of hardware: readings of a GPU for two days, and energy of five. */
import { join } from 'node:path';
import { append } from '../../electron/core/records/ledger/append.ts';
import { saveDeviceEnergy } from '../../electron/core/records/ledger/device-energy.ts';
import { NameWriter } from '../../electron/core/records/ledger/names.ts';
import { openFile } from '../../electron/core/records/ledger/open-file.ts';
import type { GpuReading } from '../../shared/gpu.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const SEEDED_DAYS = 5;

/** Joules of an hour; each hour with energy has the same. */
export const HOUR_JOULES = { attributed: 72_000, idle: 36_000, phantom: 18_000, other: 7_200 };
/** At the wall, of the same hour. */
export const WALL_JOULES = 230_400;

/** The id of the GPU of the scripted nvidia-smi. */
export const SEEDED_GPU = 'GPU-7';

/** Writes it into a data folder. Each day has energy at noon and an hour later. */
export function seedHardware(folder: string, now: number): void {
  const { db } = openFile(join(folder, 'ledger.db'), now);
  append(db, new NameWriter(db), { rows: [], peaks: [], gpu: readingsUntil(now) });
  const noons = Array.from({ length: SEEDED_DAYS }, (_, n) => noonBefore(now, n + 1));
  const hours = noons.flatMap((noon) => [noon, noon + HOUR]);
  saveDeviceEnergy(
    db,
    hours.flatMap((at, n) => {
      const common = { minute: Math.floor(at / MINUTE), measuredMs: HOUR };
      const wall = { attributed: 0, idle: 0, phantom: null, other: WALL_JOULES };
      return [
        { ...common, ...HOUR_JOULES, device: SEEDED_GPU, sample: 2 * n + 1 },
        { ...common, ...wall, device: 'wall', sample: 2 * n + 2 },
      ];
    }),
  );
  db.close();
}

/** Noon of a local day before today. */
function noonBefore(now: number, days: number): number {
  const date = new Date(now - days * DAY);
  return date.setHours(12, 0, 0, 0);
}

function readingsUntil(now: number): { at: number; gpus: GpuReading[] }[] {
  return Array.from({ length: (DAY / MINUTE) * 2 }, (_, n) => now - (n + 1) * MINUTE)
    .reverse()
    .map((at, n) => ({ at, gpus: [reading(0.5 + 0.5 * Math.sin(n / 70), n % 9)] }));
}

function reading(load: number, noise: number): GpuReading {
  return {
    ...{ index: 0, id: SEEDED_GPU, name: 'NVIDIA L4', vendor: 'nvidia' },
    utilizationPercent: Math.round(load * 90 + noise),
    memoryUsedBytes: 4e9 + load * 12e9,
    ...{ memoryTotalBytes: 24e9, temperatureC: 38 + load * 30 + noise / 3 },
    ...{ powerW: 20 + load * 220 + noise, powerLimitW: 300 },
  };
}
