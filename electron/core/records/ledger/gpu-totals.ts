import type { GpuRanges, GpuReading } from '../../../../shared/gpu.ts';
import type { Db } from './database.ts';
import { NARROW_SPAN, SPANS } from './dimension-series.ts';
import type { Span } from './dimension-series.ts';
import { undeletable } from './failures.ts';
import type { GpuSample } from './gpu-samples.ts';
import { MINUTE_MS } from './series.ts';

/** A sample counts for the time since the one before, but at most for this, seconds. */
const MAX_WEIGHT = 10;

interface Figure {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

export const GPU_FIGURES = ['power', 'utilization', 'memory'] as const;
const FIGURES = GPU_FIGURES;
/** Their columns in `gpu_sample`. */
const SAMPLED = { power: 'power', utilization: 'utilization', memory: 'memory_used' } as const;
type Field = 'powerW' | 'utilizationPercent' | 'memoryUsedBytes';
const FIELDS: Readonly<Record<(typeof FIGURES)[number], Field>> = {
  power: 'powerW',
  utilization: 'utilizationPercent',
  memory: 'memoryUsedBytes',
};

const COLUMNS = FIGURES.flatMap((name) => [
  `${name}_sum`,
  `${name}_weight`,
  `${name}_min`,
  `${name}_max`,
]);
/** Seconds since the sample before. */
const WEIGHT = `max(0, min(${MAX_WEIGHT}, excluded.last_at - last_at))`;
const ADDED = FIGURES.flatMap((name) => [
  `${name}_sum = coalesce(${name}_sum + excluded.${name}_sum * ${WEIGHT}, ${name}_sum, excluded.${name}_sum)`,
  `${name}_weight = coalesce(${name}_weight + excluded.${name}_weight * ${WEIGHT}, ${name}_weight, excluded.${name}_weight)`,
  `${name}_min = coalesce(min(${name}_min, excluded.${name}_min), ${name}_min, excluded.${name}_min)`,
  `${name}_max = coalesce(max(${name}_max, excluded.${name}_max), ${name}_max, excluded.${name}_max)`,
]);
const SAVE = `INSERT INTO gpu_total (span, at, last_at, ${COLUMNS.join(', ')})
  VALUES (?, ?, ?, ${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (span, at) DO UPDATE SET ${ADDED.join(', ')}, last_at = excluded.last_at
  WHERE excluded.last_at > last_at`;

/**
 * Adds samples to the sums of all GPUs together. The least and the greatest of several GPUs are the sums of theirs,
 * so they are bounds. A figure that one GPU lacks is unknown for all.
 */
export function saveGpuTotals(db: Db, samples: readonly GpuSample[]): void {
  for (const sample of samples) {
    const figures = FIGURES.map((name) => totalOf(sample, FIELDS[name]));
    if (figures.every((figure) => figure === null)) continue;
    const second = Math.floor(sample.at / 1_000);
    const values = figures.flatMap((figure) =>
      figure === null ? [null, null, null, null] : [figure.mean, 1, figure.min, figure.max],
    );
    for (const span of SPANS) {
      db.run(SAVE, [span, Math.floor(sample.at / MINUTE_MS / span) * span, second, ...values]);
    }
  }
}

/** The sum over the GPUs, or their mean for the utilisation; null if one is unknown. */
function totalOf({ gpus, ranges }: GpuSample, field: Field): Figure | null {
  const figures = gpus.map((gpu, position) => figureOf(gpu, ranges?.[position], field));
  const known = figures.filter((figure) => figure !== null);
  if (known.length === 0 || known.length < figures.length) return null;
  const sum = (part: keyof Figure): number => known.reduce((total, each) => total + each[part], 0);
  if (field !== 'utilizationPercent')
    return { mean: sum('mean'), min: sum('min'), max: sum('max') };
  const share = 1 / known.length;
  return { mean: sum('mean') * share, min: sum('min') * share, max: sum('max') * share };
}

function figureOf(
  gpu: GpuReading,
  ranges: GpuRanges | null | undefined,
  field: Field,
): Figure | null {
  const range = ranges?.[field];
  if (range !== null && range !== undefined) return range;
  const value = gpu[field];
  return value === null ? null : { mean: value, min: value, max: value };
}

/**
 * SQL of the readings of all GPUs together at each moment, seconds since 1970, in a range of two parameters.
 * `spans` are those of `gpu_sample`.
 */
export function totalsByMoment(spans: string): string {
  const known = (column: string, sum: string): string =>
    `iif(count(${column}) = count(*), ${sum}, NULL)`;
  const columns = Object.entries(SAMPLED).flatMap(([figure, column]) => {
    const sum = figure === 'utilization' ? 'avg' : 'total';
    return [
      `${known(column, `${sum}(${column})`)} AS ${figure}`,
      `${known(column, `${sum}(coalesce(${column}_min, ${column}))`)} AS ${figure}_min`,
      `${known(column, `${sum}(coalesce(${column}_max, ${column}))`)} AS ${figure}_max`,
    ];
  });
  return `SELECT at, ${columns.join(', ')} FROM gpu_sample
    WHERE span IN (${spans}) AND at >= ? AND at < ? GROUP BY at`;
}

/** Makes the sums of an hour from stored samples, if it has none yet. `hour` is in minutes since 1970. */
export function resumGpuHour(db: Db, hour: number): void {
  const columns = FIGURES.flatMap((name) => [
    ...[`sum(${name})`, `count(${name})`, `min(${name}_min)`, `max(${name}_max)`],
  ]);
  for (const span of SPANS) {
    db.run(
      `INSERT OR IGNORE INTO gpu_total (span, at, last_at, ${COLUMNS.join(', ')})
       SELECT ${span}, at / 60 / ${span} * ${span} AS slot, max(at), ${columns.join(', ')}
       FROM (${totalsByMoment(span === NARROW_SPAN ? '1, 60' : '1, 60, 900')}) GROUP BY slot`,
      [hour * 60, hour * 60 + 3_600],
    );
  }
}

/** Deletes some old sums of a span. Returns false if there were none. */
export function dropGpuTotals(db: Db, span: Span, before: number): boolean {
  const end = Math.floor(before / MINUTE_MS);
  const first = 'SELECT min(at) FROM gpu_total WHERE span = ? AND at < ?';
  const oldest = db.number(first, [span, end]);
  if (oldest === null) return false;
  db.run('DELETE FROM gpu_total WHERE span = ? AND at < ?', [
    span,
    Math.min(end, oldest + 200 * span),
  ]);
  if (db.number(first, [span, end]) === oldest) throw undeletable('gpu_total');
  return true;
}
