import { HISTORY_DIMENSIONS, SUMMED_DIMENSIONS } from '../../../../shared/history.ts';
import type { HistoryDimension, Interval } from '../../../../shared/history.ts';
import type { Db } from './database.ts';
import { dimensionsFrom } from './dimension-backfill.ts';
import { NARROW_SPAN } from './dimension-series.ts';
import type { SummedDimension } from './dimension-series.ts';
import { bucketsOf, widthFor } from './history-buckets.ts';
import type { Buckets } from './history-buckets.ts';
import { HistoryFold, foldRows } from './history-fold.ts';
import { readHistoryGpu } from './history-gpu.ts';
import type { HistoryData, PricedHistoryQuery } from './history-query.ts';
import { dimensionTable, readRows, readSums, seriesTable, topNames } from './history-sources.ts';
import type { MinuteRange, SumsTable } from './history-sources.ts';
import {
  firstMetered,
  isMeteredIn,
  offTimes,
  readMetered,
  readUnmetered,
} from './metered-times.ts';
import type { NameReader } from './names.ts';
import { HOUR_SPAN, MINUTES_KEPT_DAYS, MINUTE_MS, MINUTE_SPAN } from './series.ts';
import type { Between } from './series-query.ts';

const NARROW_MS = NARROW_SPAN * MINUTE_MS;
const HOUR_MS = HOUR_SPAN * MINUTE_MS;
const MONTH_MS = MINUTES_KEPT_DAYS * 86_400_000;

/** `dimension`: sums by one dimension. `series`: sums by model and upstream. `rows`: exchanges. */
type Source = 'dimension' | 'series' | 'rows';

/**
 * Returns all charts of a range. Sums are read where they suffice: those by one dimension for buckets from five
 * minutes on, those by minute for narrower ones by model or upstream. Any other combination of filters is read from
 * the exchanges, at most 50,000 of them, the newest first.
 */
export async function readHistory(
  db: Db,
  names: NameReader,
  query: PricedHistoryQuery,
  between: Between,
): Promise<HistoryData> {
  const { from, to, points } = query;
  const hasSums = dimensionsOf(query).size <= 1 && !isOfRows(query);
  const width = widthFor(from, to, points);
  const source = sourceOf(query, width);
  if (source !== 'rows') return fromSums(db, names, query, source, width, between);
  const buckets = bucketsOf(from, to, width);
  const { items, coveredFrom } = await readRows(
    db,
    names,
    { ...query, ...rangeOf(buckets) },
    query.by,
    between,
  );
  if (coveredFrom !== null && hasSums) {
    // Wider buckets show the whole range.
    const wider = widthFor(from, to, points, NARROW_MS);
    return fromSums(db, names, query, 'dimension', wider, between);
  }
  const fold = new HistoryFold(buckets, query.prices);
  foldRows(fold, items, query.by === undefined ? 0 : query.top);
  return answer(db, names, query, { fold, buckets, coveredFrom, source });
}

async function fromSums(
  db: Db,
  names: NameReader,
  query: PricedHistoryQuery,
  source: 'dimension' | 'series',
  width: number,
  between: Between,
): Promise<HistoryData> {
  const { by, top, prices } = query;
  const buckets = bucketsOf(query.from, query.to, sumsWidth(query, width));
  const fold = new HistoryFold(buckets, prices);
  const range = minutesOf(buckets, source === 'series' ? MINUTE_SPAN : NARROW_SPAN);
  const filtered = SUMMED_DIMENSIONS.find((name) => query[name] !== undefined) ?? 'all';
  const tableOf = (dimension: SummedDimension): SumsTable =>
    source === 'series'
      ? seriesTable(db, names, by, query)
      : dimensionTable(db, names, dimension, query);
  await readSums(db, tableOf(filtered), range, between, (item) => fold.addToTotal(item));
  if (by !== undefined && by !== 'session') {
    fold.show(topNames(db, tableOf(by), range, top));
    await readSums(db, tableOf(by), range, between, (item) => fold.addToLine(item));
  }
  const pending = source === 'dimension' ? dimensionsFrom(db) * MINUTE_MS : 0;
  const coveredFrom = pending > query.from ? pending : null;
  return answer(db, names, query, { fold, buckets, coveredFrom, source });
}

interface Folded {
  readonly fold: HistoryFold;
  readonly buckets: Buckets;
  readonly coveredFrom: number | null;
  readonly source: Source;
}

function answer(
  db: Db,
  names: NameReader,
  { by, now }: PricedHistoryQuery,
  { fold, buckets, coveredFrom, source }: Folded,
): HistoryData {
  const { edges, widthMs } = buckets;
  const range = rangeOf(buckets);
  const metered = readMetered(db, range, now);
  const certain = readUnmetered(db, range);
  const times = { first: Math.min(firstMetered(db), certain[0]?.from ?? Infinity), certain };
  const isKnown = edges.slice(0, -1).map((from, bucket) => {
    if (from >= now || (coveredFrom !== null && from < coveredFrom)) return false;
    return fold.total.has(bucket) || isMeteredIn(metered, { from, to: edges[bucket + 1] ?? from });
  });
  return {
    ...range,
    bucketMs: widthMs,
    at: edges.slice(0, -1),
    total: fold.total.build(null, false, isKnown),
    lines: by === undefined ? [] : fold.build(isKnown, (id) => names.value(id)),
    gpu: readHistoryGpu(db, buckets),
    off: offTimes(metered, { ...range, ...times }, now, widthMs / 4),
    coveredFrom,
    source: source === 'rows' ? 'rows' : 'sums',
  };
}

/** The sums of these buckets: of hours if all buckets are hours long, else of the given span. */
function minutesOf({ edges, widthMs }: Buckets, narrow: number): MinuteRange {
  const minute = (edge: number | undefined): number => Math.floor((edge ?? 0) / MINUTE_MS);
  const span = widthMs % HOUR_MS === 0 ? HOUR_SPAN : narrow;
  return { span, begin: minute(edges[0]), end: minute(edges.at(-1)) };
}

type Named = Pick<PricedHistoryQuery, HistoryDimension> & {
  readonly by?: HistoryDimension | undefined;
};

function dimensionsOf(query: Named): ReadonlySet<HistoryDimension> {
  const filters = HISTORY_DIMENSIONS.filter((name) => query[name] !== undefined);
  return new Set([...filters, ...(query.by === undefined ? [] : [query.by])]);
}

/** True for questions that no sums answer. */
function isOfRows({ operation, runs, ...query }: PricedHistoryQuery): boolean {
  return operation !== undefined || runs !== undefined || dimensionsOf(query).has('session');
}

function sourceOf(query: PricedHistoryQuery, width: number): Source {
  if (isOfRows(query) || width < MINUTE_MS) return 'rows';
  const dimensions = dimensionsOf(query);
  if (dimensions.size <= 1 && width >= NARROW_MS) return 'dimension';
  const isOfSeries = [...dimensions].every((name) => name === 'model' || name === 'upstream');
  return isOfSeries ? 'series' : 'rows';
}

/** Sums by minute are deleted after a month, so older ranges have buckets of hours. */
function sumsWidth({ from, to, points, now }: PricedHistoryQuery, width: number): number {
  if (from >= now - MONTH_MS) return width;
  return widthFor(from, to, points, HOUR_MS);
}

function rangeOf({ edges }: Buckets): Interval {
  return { from: edges[0] ?? 0, to: edges.at(-1) ?? 0 };
}
