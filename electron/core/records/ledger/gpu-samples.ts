import type { GpuReading } from '../../../../shared/gpu.ts';
import type { Db, SqlValue } from './database.ts';
import { undeletable } from './failures.ts';

/** All GPUs at one time, Unix milliseconds. */
export interface GpuSample {
  readonly at: number;
  readonly gpus: readonly GpuReading[];
}

/** Seconds covered by one row: as read for a day, a minute for 30 days, then 15 minutes. */
export const RAW_SPAN = 1;
export const GPU_THINNING = [
  { from: RAW_SPAN, to: 60, afterDays: 1 },
  { from: 60, to: 900, afterDays: 30 },
] as const;

const VALUES = `utilization, memory_used, memory_total, temperature, power, power_limit`;

/** Stores samples. A later sample of a GPU within the same second replaces the first. */
export function saveGpuSamples(db: Db, samples: readonly GpuSample[]): void {
  for (const { at, gpus } of samples) {
    for (const gpu of gpus) {
      db.run(
        `INSERT OR REPLACE INTO gpu_sample (span, at, gpu, ${VALUES})
         VALUES (${RAW_SPAN}, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          Math.floor(at / 1_000),
          gpuId(db, gpu),
          gpu.utilizationPercent,
          gpu.memoryUsedBytes,
          gpu.memoryTotalBytes,
          gpu.temperatureC,
          gpu.powerW,
          gpu.powerLimitW,
        ],
      );
    }
  }
}

function gpuId(db: Db, gpu: GpuReading): number {
  const key: SqlValue[] = [gpu.index, gpu.id ?? '', gpu.name, gpu.vendor];
  const find = 'SELECT id FROM gpu WHERE position = ? AND uid = ? AND name = ? AND vendor = ?';
  const known = db.number(find, key);
  if (known !== null) return known;
  db.run('INSERT INTO gpu (position, uid, name, vendor) VALUES (?, ?, ?, ?)', key);
  return db.number(find, key) ?? 0;
}

/**
 * Merges old samples of one bucket into one row for each GPU: means of known values, and maximums
 * of values whose peaks matter. Returns false if there was nothing to merge.
 */
export function thinGpuSamples(db: Db, now: number): boolean {
  return GPU_THINNING.some(({ from, to, afterDays }) => {
    const end = Math.floor((now / 1_000 - afterDays * 86_400) / to) * to;
    const first = 'SELECT min(at) FROM gpu_sample WHERE span = ? AND at < ?';
    const oldest = db.number(first, [from, end]);
    if (oldest === null) return false;
    const begin = Math.floor(oldest / to) * to;
    // Several buckets in one step, but few enough rows for some milliseconds.
    const range = [from, begin, Math.min(end, begin + 15 * to)];
    return db.transaction(() => {
      db.run(
        `INSERT OR REPLACE INTO gpu_sample
           (span, at, gpu, utilization, utilization_max, memory_used, memory_used_max,
            memory_total, temperature, temperature_max, power, power_max, power_limit)
         SELECT ${to}, at / ${to} * ${to}, gpu, avg(utilization),
           max(coalesce(utilization_max, utilization)), avg(memory_used),
           max(coalesce(memory_used_max, memory_used)), max(memory_total), avg(temperature),
           max(coalesce(temperature_max, temperature)), avg(power),
           max(coalesce(power_max, power)), max(power_limit)
         FROM gpu_sample WHERE span = ? AND at >= ? AND at < ? GROUP BY 2, gpu`,
        range,
      );
      db.run('DELETE FROM gpu_sample WHERE span = ? AND at >= ? AND at < ?', range);
      if (db.number(first, [from, end]) === oldest) throw undeletable('gpu_sample');
      return true;
    });
  });
}
