import { both, planActivity, timeRange } from './activity-filter.ts';
import type { Plan } from './activity-filter.ts';
import type { Db, SqlRow, SqlValue } from './database.ts';
import { dimensionsFrom } from './dimension-backfill.ts';
import { Collector, sketchDistribution } from './distribution.ts';
import { readSpread } from './history-distribution.ts';
import type { Spread } from './history-distribution.ts';
import type { NameReader } from './names.ts';
import type { ActivityFilter, Percentiles } from './query-schemas.ts';
import { COLUMN, COLUMNS } from './activity-columns.ts';
import type { Column } from './activity-columns.ts';
import { MINUTE_MS, measurements } from './series.ts';
import { readCells } from './series-query.ts';
import type { Between } from './series-query.ts';
import type { PageCursor } from './index-scan.ts';
import { scanPart } from './index-scan.ts';

const PART_ROWS = 20_000;
/** For ranges with more rows than this, the minutes' sketches are used if possible. */
const MAX_ROWS = 20_000;

const MEASURED: readonly Column[] = [
  'id',
  'completed_at',
  'error',
  'duration_ms',
  'ttft_ms',
  'provenance',
  'output_rate',
];

/**
 * Returns percentiles of latency (only clean successes), time to first token and output speed
 * (without estimates) over inference exchanges. They are exact for up to 20,000 rows. For more
 * rows, or for times whose rows were deleted, they come from sketches if the filter has only time and
 * one name, or only time, model and upstream. For any other filter, all rows are read and sketched. Awaits
 * `between` between parts, so that other queries can run.
 */
export async function percentiles(
  db: Db,
  names: NameReader,
  filter: ActivityFilter,
  between: Between,
): Promise<Percentiles> {
  const wanted: ActivityFilter = { ...filter, inference: true };
  if (filter.inference === false) return fromRows(db, null, wanted, between);
  const summed = await fromSums(db, names, filter, between);
  if (summed !== null) {
    const rows = countRows(db, names, wanted);
    const isWhole = summed.requests <= rows;
    if (rows > MAX_ROWS || !isWhole) return summed.percentiles;
  }
  return fromRows(db, planActivity(db, names, wanted, 'apart'), wanted, between);
}

function isSketchable(filter: ActivityFilter): boolean {
  const { api, operation, error, statusClass, text } = filter;
  return [api, operation, error, statusClass, text].every((f) => f === undefined);
}

interface Summed {
  readonly percentiles: Percentiles;
  readonly requests: number;
}

/** Returns percentiles from sums; null if there are none for the filter. */
function fromSums(
  db: Db,
  names: NameReader,
  filter: ActivityFilter,
  between: Between,
): Promise<Summed | null> {
  const { from, model, upstream, application, key } = filter;
  const isOfClient = application !== undefined || key !== undefined;
  const given = [model, upstream, application, key].filter((name) => name !== undefined);
  // Without a beginning, there are many hours, which are faster to add up by dimension.
  const isFaster = isOfClient || from === undefined;
  if (isFaster && given.length <= 1 && isSketchable(filter) && dimensionsFrom(db) === 0) {
    return fromDimension(db, names, filter, between);
  }
  if (isOfClient || !isSketchable(filter)) return Promise.resolve(null);
  return fromSketches(db, names, filter, between);
}

async function fromDimension(
  db: Db,
  names: NameReader,
  filter: ActivityFilter,
  between: Between,
): Promise<Summed> {
  const { model, upstream, application, key } = filter;
  const range = { from: filter.from ?? 0, to: filter.to ?? Number.MAX_SAFE_INTEGER };
  const spread = await readSpread(
    db,
    names,
    { ...range, model, upstream, application, key },
    between,
  );
  return summed(spread, spread);
}

async function fromSketches(
  db: Db,
  names: NameReader,
  filter: ActivityFilter,
  between: Between,
): Promise<Summed> {
  const { cell, from, to } = await readCells(db, names, filter, between);
  return summed(cell, { from, to });
}

type Sums = Pick<
  Spread,
  'requests' | 'latencySum' | 'ttftSum' | 'rateSum' | 'latency' | 'ttft' | 'rate'
>;

/** `range` is in minutes since 1970, and null without exchanges. */
function summed(of: Sums, { from, to }: Pick<Spread, 'from' | 'to'>): Summed {
  return {
    requests: of.requests,
    percentiles: {
      latencyMs: sketchDistribution(of.latency, of.latencySum),
      timeToFirstTokenMs: sketchDistribution(of.ttft, of.ttftSum),
      outputTokensPerSecond: sketchDistribution(of.rate, of.rateSum),
      method: 'sketch',
      from: from === null ? null : from * MINUTE_MS,
      to: to === null ? null : to * MINUTE_MS,
    },
  };
}

/** Counts rows over the whole minutes of the range, at most one more than the limit. */
function countRows(db: Db, names: NameReader, filter: ActivityFilter): number {
  const { from, to } = filter;
  const whole: ActivityFilter = {
    ...filter,
    from: Math.ceil((from ?? 0) / MINUTE_MS) * MINUTE_MS,
    to: Math.floor((to ?? Number.MAX_SAFE_INTEGER) / MINUTE_MS) * MINUTE_MS,
  };
  const plan = planActivity(db, names, whole, 'apart');
  if (plan === null) return 0;
  let rows = 0;
  for (const { index, condition } of plan.drivers) {
    const where = both([condition, plan.residual, timeRange(whole)]);
    const counted = `SELECT count(*) FROM (SELECT 1 FROM activity INDEXED BY ${index}
      WHERE ${where.sql} LIMIT ${MAX_ROWS + 1})`;
    rows += db.number(counted, where.parameters) ?? 0;
  }
  return rows;
}

async function fromRows(
  db: Db,
  plan: Plan | null,
  filter: ActivityFilter,
  between: Between,
): Promise<Percentiles> {
  const latency = new Collector();
  const ttft = new Collector();
  const rate = new Collector();
  // No two drivers return the same row.
  for (const single of apart(plan)) {
    for (let cursor: PageCursor | null | undefined; cursor !== null;) {
      const scan = { db, plan: single, filter, columns: MEASURED };
      const part = scanPart(scan, cursor ?? null, PART_ROWS);
      for (const row of part.rows) {
        const measured = measurements(inPlace(row));
        if (measured.latency !== null) latency.add(measured.latency);
        if (measured.ttft !== null) ttft.add(measured.ttft);
        if (measured.rate !== null) rate.add(measured.rate);
      }
      cursor = part.next;
      await between();
    }
  }
  const exact = latency.exact && ttft.exact && rate.exact;
  return {
    latencyMs: latency.distribution(),
    timeToFirstTokenMs: ttft.distribution(),
    outputTokensPerSecond: rate.distribution(),
    method: exact ? 'rows' : 'sketch',
    from: filter.from ?? null,
    to: filter.to ?? null,
  };
}

function apart(plan: Plan | null): Plan[] {
  return plan === null ? [] : plan.drivers.map((driver) => ({ ...plan, drivers: [driver] }));
}

/** Returns the measured columns of a row at their normal positions. */
function inPlace(row: SqlRow): SqlValue[] {
  const values: SqlValue[] = new Array<SqlValue>(COLUMNS.length).fill(null);
  MEASURED.forEach((column, index) => {
    values[COLUMN[column]] = row[index] ?? null;
  });
  return values;
}
