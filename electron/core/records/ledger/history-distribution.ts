import { SUMMED_DIMENSIONS } from '../../../../shared/history.ts';
import type { Histogram, HistoryDistribution } from '../../../../shared/history.ts';
import { SketchSum } from '../../sketch/sketch-sum.ts';
import { bytes, numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import { dimensionsFrom } from './dimension-backfill.ts';
import { NARROW_SPAN } from './dimension-series.ts';
import type { SummedDimension } from './dimension-series.ts';
import type { DistributionQuery, HistoryFilter } from './history-query.ts';
import { dimensionTable } from './history-sources.ts';
import type { NameReader } from './names.ts';
import { HOUR_SPAN, MINUTE_MS } from './series.ts';
import type { Between } from './series-query.ts';
import { asBytes, asNumber } from './sql-values.ts';

const BARS = 40;
const ROWS_AT_ONCE = 2_000;

/**
 * Returns how output speed and time to first token are spread over a range, from sums by five minutes and by hour. A
 * bound within five minutes (or within an hour that is older than a month) is moved to the next such bound.
 */
export async function readDistribution(
  db: Db,
  names: NameReader,
  query: DistributionQuery,
  between: Between,
): Promise<HistoryDistribution> {
  const { from, to, ttftTargetMs } = query;
  const spread = await readSpread(db, names, query, between);
  const target = ttftTargetMs ?? null;
  const { count } = spread.ttft;
  const pending = dimensionsFrom(db) * MINUTE_MS;
  return {
    from,
    to,
    outputTokensPerSecond: histogramOf(spread.rate, spread.rateSum),
    timeToFirstTokenMs: histogramOf(spread.ttft, spread.ttftSum),
    underTarget: target === null || count === 0 ? null : spread.ttft.countUpTo(target) / count,
    ttftTargetMs: target,
    coveredFrom: pending > from ? pending : null,
  };
}

/** Measurements of a range. The sums are of the values, for their means. */
export class Spread {
  readonly latency = new SketchSum();
  readonly ttft = new SketchSum();
  readonly rate = new SketchSum();
  requests = 0;
  latencySum = 0;
  ttftSum = 0;
  rateSum = 0;
  /** Minutes since 1970 that were read; null without exchanges. */
  from: number | null = null;
  to: number | null = null;

  add(row: SqlRow, span: number): void {
    const [at, requests, latencySum, ttftSum, rateSum, latency, ttft, rate] = row;
    this.requests += asNumber(requests) ?? 0;
    this.latencySum += asNumber(latencySum) ?? 0;
    this.ttftSum += asNumber(ttftSum) ?? 0;
    this.rateSum += asNumber(rateSum) ?? 0;
    this.latency.mergeEncoded(asBytes(latency));
    this.ttft.mergeEncoded(asBytes(ttft));
    this.rate.mergeEncoded(asBytes(rate));
    const minute = asNumber(at) ?? 0;
    this.from = Math.min(this.from ?? Infinity, minute);
    this.to = Math.max(this.to ?? 0, minute + span);
  }
}

/** Adds up the measurements of a range of one name, or of everything. */
export async function readSpread(
  db: Db,
  names: NameReader,
  filter: HistoryFilter,
  between: Between,
): Promise<Spread> {
  const dimension: SummedDimension =
    SUMMED_DIMENSIONS.find((name) => filter[name] !== undefined) ?? 'all';
  const { where } = dimensionTable(db, names, dimension, filter);
  const spread = new Spread();
  const sql = `SELECT ${numbers('at', 'requests', 'latency_sum', 'ttft_sum', 'rate_sum')},
    ${bytes('latency', 'ttft', 'rate')} FROM dimension_series
    WHERE span = ? AND at >= ? AND at < ? AND ${where} ORDER BY at LIMIT ${ROWS_AT_ONCE} OFFSET ?`;
  for (const { span, begin, end } of dimensionPieces(db, filter)) {
    for (let offset = 0; ; offset += ROWS_AT_ONCE) {
      const rows = db.rows(sql, [span, begin, end, offset]);
      for (const row of rows) spread.add(row, span);
      await between();
      if (rows.length < ROWS_AT_ONCE) break;
    }
  }
  return spread;
}

interface Piece {
  readonly span: number;
  /** Minutes since 1970. */
  readonly begin: number;
  readonly end: number;
}

/** The rows of `dimension_series` that cover a range: hours, and at the ends five minutes where they are kept. */
export function dimensionPieces(
  db: Db,
  { from, to }: { readonly from: number; readonly to: number },
): Piece[] {
  const begin = Math.ceil(from / MINUTE_MS / NARROW_SPAN) * NARROW_SPAN;
  const end = Math.ceil(to / MINUTE_MS / NARROW_SPAN) * NARROW_SPAN;
  const oldest =
    db.number('SELECT min(at) FROM dimension_series WHERE span = ? AND dimension = 0', [
      NARROW_SPAN,
    ]) ?? Infinity;
  const firstHour = Math.ceil(begin / HOUR_SPAN) * HOUR_SPAN;
  const lastHour = Math.floor(end / HOUR_SPAN) * HOUR_SPAN;
  if (end <= oldest) return [{ span: HOUR_SPAN, begin, end }];
  if (firstHour > lastHour) return [{ span: NARROW_SPAN, begin, end }];
  return [
    { span: NARROW_SPAN, begin, end: firstHour },
    { span: HOUR_SPAN, begin: firstHour, end: lastHour },
    { span: NARROW_SPAN, begin: lastHour, end },
  ];
}

function histogramOf(sum: SketchSum, total: number): Histogram {
  const [p5 = null, p50 = null, p95 = null] = sum.quantiles([0.05, 0.5, 0.95]);
  const mean = sum.count === 0 ? null : total / sum.count;
  return { count: sum.count, mean, p5, p50, p95, bars: sum.histogram(BARS) };
}
