const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The widths of a bucket, milliseconds. */
const WIDTHS = [
  ...[5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 20, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((each) => each * HOUR),
  ...[DAY, WEEK, 4 * WEEK],
];
const WIDEST = 4 * WEEK;

export interface Buckets {
  readonly widthMs: number;
  /** The starts of the buckets and the end of the last, Unix milliseconds, ascending. */
  readonly edges: readonly number[];
}

/** Returns the smallest width with which a range has at most `points` buckets. */
export function widthFor(from: number, to: number, points: number, atLeast = 0): number {
  return WIDTHS.find((width) => width >= atLeast && (to - from) / width <= points) ?? WIDEST;
}

/**
 * Cuts a range into buckets; the first and the last may begin before it and end after it. Hours and longer buckets
 * are cut at local midnights (weeks on Mondays). In time zones that are not whole hours apart from UTC, they are cut
 * up to 45 minutes earlier, because the sums are by hour in UTC.
 */
export function bucketsOf(from: number, to: number, widthMs: number): Buckets {
  const edges = [firstEdge(from, widthMs)];
  for (let edge = edges[0] ?? from; edge < to;) {
    edge = widthMs < DAY ? edge + widthMs : wholeHour(localMidnight(edge + HOUR, widthMs / DAY));
    edges.push(edge);
  }
  return { widthMs, edges };
}

function firstEdge(from: number, widthMs: number): number {
  if (widthMs < HOUR) return Math.floor(from / widthMs) * widthMs;
  const midnight = wholeHour(localMidnight(from, 0));
  if (widthMs < DAY) return midnight + Math.floor((from - midnight) / widthMs) * widthMs;
  if (widthMs === DAY) return midnight;
  const sinceMonday = (new Date(from).getDay() + 6) % 7;
  return wholeHour(localMidnight(from, -sinceMonday));
}

/** The local midnight some days after that of a moment. */
export function localMidnight(moment: number, daysLater: number): number {
  const date = new Date(moment);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + daysLater).getTime();
}

function wholeHour(moment: number): number {
  return Math.floor(moment / HOUR) * HOUR;
}

/** Returns a function that finds the bucket of a moment; -1 outside. Fast for ascending moments. */
export function bucketFinder({ edges }: Buckets): (moment: number) => number {
  const last = edges.length - 2;
  let index = 0;
  return (moment) => {
    if (moment < (edges[0] ?? Infinity) || moment >= (edges[last + 1] ?? -Infinity)) return -1;
    if (moment < (edges[index] ?? 0)) index = 0;
    while (index < last && moment >= (edges[index + 1] ?? Infinity)) index += 1;
    return index;
  };
}
