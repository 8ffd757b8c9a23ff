import type { Interval } from '../../../../shared/history.ts';
import { numbers } from './columns.ts';
import type { Db } from './database.ts';
import { MAX_STEP_MS, readMeteringSpans } from './metering-spans.ts';
import { asNumber } from './sql-values.ts';

interface OffTimes {
  /** See {@link firstMetered}. */
  readonly first: number;
  /** Times that count however short they are. */
  readonly certain: readonly Interval[];
}

/**
 * Returns the times of a range in which metering was on, oldest first. The time since the newest note counts too if
 * it is short, because the next note has not been stored yet.
 */
export function readMetered(db: Db, { from, to }: Interval, now: number): Interval[] {
  const spans = readMeteringSpans(db, from, to);
  const metered = spans.map(({ began, ended }) => ({
    from: began,
    to: ended <= now && now - ended <= MAX_STEP_MS ? now : ended,
  }));
  return readUnmetered(db, { from, to }).reduce(without, metered);
}

/**
 * Returns the times of a range in which traffic passed while nothing was measured, oldest first. They are known to the
 * millisecond and may be short.
 */
export function readUnmetered(db: Db, { from, to }: Interval): Interval[] {
  const rows = db.rows(
    `SELECT ${numbers('began_at', 'ended_at')} FROM episode
     WHERE kind = 'unmetered' AND began_at < ? AND ended_at > ? ORDER BY began_at LIMIT 500`,
    [to, from],
  );
  return rows.map((row) => ({ from: asNumber(row[0]) ?? to, to: asNumber(row[1]) ?? to }));
}

/** Cuts a time out of others. */
function without(spans: readonly Interval[], { from, to }: Interval): Interval[] {
  return spans.flatMap((span) =>
    span.to <= from || span.from >= to
      ? [span]
      : [
          { from: span.from, to: from },
          { from: to, to: span.to },
        ].filter((part) => part.to > part.from),
  );
}

/** True if metering was on at some time of an interval. `metered` is in order. */
export function isMeteredIn(metered: readonly Interval[], { from, to }: Interval): boolean {
  let low = 0;
  let high = metered.length;
  // Finds the first time that ends after `from`.
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((metered[middle]?.to ?? 0) > from) high = middle;
    else low = middle + 1;
  }
  return (metered[low]?.from ?? Infinity) < to;
}

/** When metering began for the first time, Unix milliseconds; Infinity if it never did. Nothing was off before. */
export function firstMetered(db: Db): number {
  return db.number('SELECT min(began) FROM metering_span') ?? Infinity;
}

/**
 * Returns the rest of a range from `first` up to now, without times that are shorter than `leastMs`, unless they are
 * among the `certain` ones.
 */
export function offTimes(
  metered: readonly Interval[],
  { from, to, first, certain }: Interval & OffTimes,
  now: number,
  leastMs: number,
): Interval[] {
  const end = Math.min(to, now);
  const off: Interval[] = [];
  let at = Math.max(from, first);
  for (const span of [...metered, { from: end, to: end }]) {
    const until = Math.min(span.from, end);
    const isLong = until - at > Math.max(leastMs, MAX_STEP_MS);
    const isCertain = certain.some((time) => time.from < until && time.to > at);
    if (isLong || isCertain) off.push({ from: at, to: until });
    at = Math.max(at, span.to);
  }
  return off;
}
