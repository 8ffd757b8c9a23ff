/** The questions that a range of the page becomes. */
import { MOST_POINTS } from '../../charts/time/types.ts';
import type { TimeRange } from '../../state/range.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Widths of a bucket that divide an hour or a day. */
const BUCKETS = [
  ...[SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY],
] as const;
/** So many fit on a chart with a pixel or two each. */
const WANTED_POINTS = 360;
const LEAST_DAYS = 14;
/** What the API answers at most, with room for both days that are begun. */
const MOST_DAYS = 398;

/** The width of a bucket with which a range has at most 360 points, milliseconds. */
export function bucketOf({ from, to }: TimeRange): number {
  const wanted = (to - from) / WANTED_POINTS;
  return BUCKETS.find((width) => width >= wanted) ?? Math.ceil(wanted / DAY) * DAY;
}

/** The time of the energy by day: that of the range, but at least two weeks, so that days compare. */
export function daysOf({ from, to }: TimeRange): TimeRange {
  const end = Math.ceil(to / HOUR) * HOUR;
  const begin = Math.floor(Math.min(from, to - LEAST_DAYS * DAY) / HOUR) * HOUR;
  return { from: Math.max(0, begin, end - MOST_DAYS * DAY), to: end };
}

/** Every so many items that a chart can draw them. Their distance stays the same. */
export function drawable<Item>(items: readonly Item[]): readonly Item[] {
  const step = Math.ceil(items.length / MOST_POINTS);
  return step <= 1 ? items : items.filter((_, index) => index % step === 0);
}
