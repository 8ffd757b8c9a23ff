import type { GpuRanges, GpuReading, ValueRange } from '../../../../shared/gpu.ts';
import type { Db, SqlValue } from './database.ts';
import { undeletable } from './failures.ts';

/** All GPUs at one time, Unix milliseconds. */
export interface GpuSample {
  readonly at: number;
  readonly gpus: readonly GpuReading[];
  /** The readings since the last sample, in the order of the GPUs; null for a GPU without any. */
  readonly ranges?: readonly (GpuRanges | null)[];
}

/** Seconds covered by one row: as read for a day, a minute for 30 days, then 15 minutes. */
export const RAW_SPAN = 1;
export const GPU_THINNING = [
  { from: RAW_SPAN, to: 60, afterDays: 1 },
  { from: 60, to: 900, afterDays: 30 },
] as const;

/** Columns of a figure with its range: mean, least and greatest. */
const RANGED = ['utilization', 'memory_used', 'temperature', 'power'] as const;
const COLUMNS = [
  ...RANGED.flatMap((figure) => [figure, `${figure}_min`, `${figure}_max`]),
  ...['memory_total', 'power_limit'],
];

/**
 * Stores samples: the means of the readings since the last sample, with the least and the greatest.
 * A later sample of a GPU within the same second replaces the first.
 */
export function saveGpuSamples(db: Db, samples: readonly GpuSample[]): void {
  const marks = COLUMNS.map(() => '?').join(', ');
  for (const { at, gpus, ranges } of samples) {
    gpus.forEach((gpu, position) => {
      const range = ranges?.[position];
      db.run(
        `INSERT OR REPLACE INTO gpu_sample (span, at, gpu, ${COLUMNS.join(', ')})
         VALUES (${RAW_SPAN}, ?, ?, ${marks})`,
        [
          Math.floor(at / 1_000),
          gpuId(db, gpu),
          ...rangeValues(gpu.utilizationPercent, range?.utilizationPercent),
          ...rangeValues(gpu.memoryUsedBytes, range?.memoryUsedBytes),
          ...rangeValues(gpu.temperatureC, range?.temperatureC),
          ...rangeValues(gpu.powerW, range?.powerW),
          gpu.memoryTotalBytes,
          gpu.powerLimitW,
        ],
      );
    });
  }
}

/** Mean, least and greatest. A single reading needs no range. */
function rangeValues(value: number | null, range: ValueRange | null | undefined): SqlValue[] {
  return range === null || range === undefined
    ? [value, null, null]
    : [range.mean, range.min, range.max];
}

function gpuId(db: Db, gpu: GpuReading): number {
  const key: SqlValue[] = [gpu.index, gpu.id ?? '', gpu.name, gpu.vendor];
  const find = 'SELECT id FROM gpu WHERE position = ? AND uid = ? AND name = ? AND vendor = ?';
  const known = db.number(find, key);
  if (known !== null) return known;
  db.run('INSERT INTO gpu (position, uid, name, vendor) VALUES (?, ?, ?, ?)', key);
  return db.number(find, key) ?? 0;
}

function thinned(figure: string): string[] {
  return [
    `avg(${figure})`,
    `min(coalesce(${figure}_min, ${figure}))`,
    `max(coalesce(${figure}_max, ${figure}))`,
  ];
}

/**
 * Merges old samples of one bucket into one row for each GPU: means of known values, with the least
 * and the greatest. Returns false if there was nothing to merge.
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
        `INSERT OR REPLACE INTO gpu_sample (span, at, gpu, ${COLUMNS.join(', ')})
         SELECT ${to}, at / ${to} * ${to}, gpu, ${RANGED.flatMap(thinned).join(', ')},
           max(memory_total), max(power_limit)
         FROM gpu_sample WHERE span = ? AND at >= ? AND at < ? GROUP BY 2, gpu`,
        range,
      );
      db.run('DELETE FROM gpu_sample WHERE span = ? AND at >= ? AND at < ?', range);
      if (db.number(first, [from, end]) === oldest) throw undeletable('gpu_sample');
      return true;
    });
  });
}
