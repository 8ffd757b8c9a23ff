import type { Interval } from '../../../../shared/history.ts';
import type { Db } from './database.ts';
import { MAX_STEP_MS, readMeteringSpans } from './metering-spans.ts';

/**
 * Returns the times of a range in which metering was on, oldest first. The time since the newest note counts too if
 * it is short, because the next note has not been stored yet.
 */
export function readMetered(db: Db, { from, to }: Interval, now: number): Interval[] {
  const spans = readMeteringSpans(db, from, to);
  return spans.map(({ began, ended }) => ({
    from: began,
    to: ended <= now && now - ended <= MAX_STEP_MS ? now : ended,
  }));
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

/** Returns the rest of a range from `first` up to now, without times that are shorter than `leastMs`. */
export function offTimes(
  metered: readonly Interval[],
  { from, to, first }: Interval & { readonly first: number },
  now: number,
  leastMs: number,
): Interval[] {
  const end = Math.min(to, now);
  const off: Interval[] = [];
  let at = Math.max(from, first);
  for (const span of [...metered, { from: end, to: end }]) {
    const until = Math.min(span.from, end);
    if (until - at > Math.max(leastMs, MAX_STEP_MS)) off.push({ from: at, to: until });
    at = Math.max(at, span.to);
  }
  return off;
}
