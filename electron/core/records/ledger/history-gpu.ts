import type { HistoryGpu, HistoryRange } from '../../../../shared/history.ts';
import { numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import { NARROW_SPAN } from './dimension-series.ts';
import { GPU_FIGURES, totalsByMoment } from './gpu-totals.ts';
import { bucketFinder } from './history-buckets.ts';
import type { Buckets } from './history-buckets.ts';
import { HOUR_SPAN, MINUTE_MS } from './series.ts';
import { asNumber } from './sql-values.ts';

const SECOND_MS = 1_000;
const HOUR_MS = HOUR_SPAN * MINUTE_MS;

/** Sum, weight, least and greatest of one figure in one bucket. */
class Mean {
  #sum = 0;
  #weight = 0;
  #min = Infinity;
  #max = -Infinity;

  add(sum: number | null, weight: number | null, min: number | null, max: number | null): void {
    if (sum !== null && weight !== null) {
      this.#sum += sum;
      this.#weight += weight;
    }
    this.#min = Math.min(this.#min, min ?? Infinity);
    this.#max = Math.max(this.#max, max ?? -Infinity);
  }

  get figures(): {
    readonly min: number | null;
    readonly mean: number | null;
    readonly max: number | null;
  } {
    if (this.#weight === 0) return { min: null, mean: null, max: null };
    return { min: this.#min, mean: this.#sum / this.#weight, max: this.#max };
  }
}

/**
 * Returns the readings of all GPUs together: from sums if the buckets are wide enough, else from the samples. Buckets
 * without a reading are null.
 */
export function readHistoryGpu(db: Db, buckets: Buckets): HistoryGpu {
  const bucketOf = bucketFinder(buckets);
  const count = buckets.edges.length - 1;
  const means = GPU_FIGURES.map(() => Array.from({ length: count }, () => new Mean()));
  for (const [at, ...values] of gpuRows(db, buckets)) {
    const bucket = bucketOf(asNumber(at) ?? -1);
    if (bucket < 0) continue;
    means.forEach((columns, index) => {
      const [sum, weight, min, max] = values.slice(4 * index, 4 * index + 4).map(asNumber);
      columns[bucket]?.add(sum ?? null, weight ?? null, min ?? null, max ?? null);
    });
  }
  const [powerW, utilizationPercent, memoryUsedBytes] = means.map(rangeOf);
  const none = rangeOf([]);
  return {
    powerW: powerW ?? none,
    utilizationPercent: utilizationPercent ?? none,
    memoryUsedBytes: memoryUsedBytes ?? none,
  };
}

function rangeOf(means: readonly Mean[]): HistoryRange {
  const figures = means.map((mean) => mean.figures);
  return {
    min: figures.map(({ min }) => min),
    mean: figures.map(({ mean }) => mean),
    max: figures.map(({ max }) => max),
  };
}

/** Rows of (time, then sum, weight, least and greatest of each figure), oldest first. */
function gpuRows(db: Db, { edges, widthMs }: Buckets): SqlRow[] {
  const [from, to] = [edges[0] ?? 0, edges.at(-1) ?? 0];
  const span = widthMs % HOUR_MS === 0 ? HOUR_SPAN : NARROW_SPAN;
  if (widthMs >= NARROW_SPAN * MINUTE_MS) {
    const columns = GPU_FIGURES.flatMap((name) => [
      ...[`${name}_sum`, `${name}_weight`, `${name}_min`, `${name}_max`],
    ]);
    return db.rows(
      `SELECT ${numbers(`at * ${MINUTE_MS}`, ...columns)} FROM gpu_total
       WHERE span = ? AND at >= ? AND at < ? ORDER BY at`,
      [span, from / MINUTE_MS, to / MINUTE_MS],
    );
  }
  const width = widthMs / SECOND_MS;
  const columns = GPU_FIGURES.flatMap((name) => [
    ...[`sum(${name})`, `count(${name})`, `min(${name}_min)`, `max(${name}_max)`],
  ]);
  return db.rows(
    `SELECT (at - ?) / ${width} * ${width} * ${SECOND_MS} + ? AS bucket, ${columns.join(', ')}
     FROM (${totalsByMoment('1, 60, 900')}) GROUP BY bucket ORDER BY bucket`,
    [from / SECOND_MS, from, from / SECOND_MS, to / SECOND_MS],
  );
}
