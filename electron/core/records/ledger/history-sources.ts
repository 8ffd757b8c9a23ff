import type { HistoryDimension } from '../../../../shared/history.ts';
import { planActivity } from './activity-filter.ts';
import type { Plan } from './activity-filter.ts';
import type { Column } from './activity-columns.ts';
import { COLUMN, COLUMNS } from './activity-columns.ts';
import { bytes, numbers } from './columns.ts';
import type { Db, SqlRow, SqlValue } from './database.ts';
import { NARROW_SPAN, dimensionNumber } from './dimension-series.ts';
import type { SummedDimension } from './dimension-series.ts';
import type { HistoryFilter, PricedHistoryQuery } from './history-query.ts';
import type { Addend, Spread } from './history-line.ts';
import { addendOf, spreadsOf } from './history-line.ts';
import { scanPart } from './index-scan.ts';
import type { PageCursor } from './index-scan.ts';
import { modelConditions, sumsOfModel } from './model-names.ts';
import type { NameReader } from './names.ts';
import { countedModelId } from './rows.ts';
import { HOUR_SPAN, MINUTE_MS, MINUTE_SPAN, measurements } from './series.ts';
import type { Between } from './series-query.ts';
import { asNumber } from './sql-values.ts';

/** One addend of a history, with the number of its name in the dimension of the lines. */
export interface HistoryItem {
  /** Unix milliseconds. */
  readonly at: number;
  readonly name: number;
  readonly addend: Addend;
  readonly ttft: Spread;
  readonly speed: Spread;
}

/** Selects the columns for {@link addendOf} and {@link spreadsOf}. */
const HISTORY_CELL = `${numbers(
  ...['requests', 'errors', 'input_tokens', 'cached_tokens', 'output_tokens', 'energy_joules'],
)}, ${bytes('ttft', 'rate')}`;

/** A time range of sums, in minutes since 1970. */
export interface MinuteRange {
  readonly span: number;
  readonly begin: number;
  readonly end: number;
}

/** Minutes that are read at once. */
const SLICE_MINUTES: Readonly<Record<number, number>> = {
  [MINUTE_SPAN]: 360,
  [NARROW_SPAN]: 1_440,
  [HOUR_SPAN]: 14_400,
};

/** A table with sums, and the condition and the column of the lines in it. */
export interface SumsTable {
  readonly from: string;
  readonly where: string;
  readonly parameters: readonly SqlValue[];
  readonly name: string;
}

/** The sums of one dimension. */
export function dimensionTable(
  db: Db,
  names: NameReader,
  dimension: SummedDimension,
  filter: HistoryFilter,
): SumsTable {
  const wanted = dimension === 'all' ? undefined : filter[dimension];
  const ids =
    wanted === undefined || dimension === 'all' ? null : idsOf(db, names, dimension, wanted);
  return {
    from: 'dimension_series',
    where: `dimension = ${dimensionNumber(dimension)} AND ${ids === null ? '1' : `name IN (${ids.join(', ')})`}`,
    parameters: [],
    name: 'name',
  };
}

/** The numbers of a name in the sums. A model of Ollama is summed under its shortest name. */
function idsOf(
  db: Db,
  names: NameReader,
  dimension: HistoryDimension,
  wanted: string | null,
): number[] {
  if (wanted === null) return [0];
  if (dimension !== 'model') return [names.id(dimension, wanted) ?? -1];
  return modelConditions(db, names, wanted).map((sql) =>
    Number(/model = (\d+)/.exec(sql)?.[1] ?? -1),
  );
}

/** The sums by minute and hour of each upstream's models. */
export function seriesTable(
  db: Db,
  names: NameReader,
  by: HistoryDimension | undefined,
  { model, upstream }: HistoryFilter,
): SumsTable {
  const ofModel = model === undefined ? '1' : sumsOfModel(db, names, model);
  const ofUpstream = upstream === undefined ? '1' : 'upstream = ?';
  return {
    from: 'series',
    where: `upstream <> 0 AND ${ofModel} AND ${ofUpstream}`,
    parameters: upstream === undefined ? [] : [names.id('upstream', upstream) ?? -1],
    name: by === 'model' || by === 'upstream' ? by : '0',
  };
}

/** Calls `take` with the sums of a range in the order of time. */
export async function readSums(
  db: Db,
  { from, where, parameters, name }: SumsTable,
  { span, begin, end }: MinuteRange,
  between: Between,
  take: (item: HistoryItem) => void,
): Promise<void> {
  const sql = `SELECT ${numbers('at', name)}, ${HISTORY_CELL} FROM ${from}
    WHERE span = ? AND at >= ? AND at < ? AND ${where} ORDER BY at`;
  const width = SLICE_MINUTES[span] ?? 1_440;
  const first = `SELECT min(at) FROM ${from} WHERE span = ? AND at >= ? AND at < ? AND ${where}`;
  let at = db.number(first, [span, begin, end, ...parameters]);
  while (at !== null) {
    const until = Math.min(end, at + width);
    for (const row of db.rows(sql, [span, at, until, ...parameters])) take(itemOf(row));
    await between();
    at = until < end ? db.number(first, [span, until, end, ...parameters]) : null;
  }
}

function itemOf(row: SqlRow): HistoryItem {
  return {
    at: (asNumber(row[0]) ?? 0) * MINUTE_MS,
    name: asNumber(row[1]) ?? 0,
    addend: addendOf(row, 2),
    ...spreadsOf(row, 2),
  };
}

/** Returns the numbers of the names with the most tokens, the largest first. */
export function topNames(db: Db, table: SumsTable, range: MinuteRange, limit: number): number[] {
  const { from, where, parameters, name } = table;
  const rows = db.rows(
    `SELECT ${numbers(name)} AS of_name FROM ${from}
     WHERE span = ? AND at >= ? AND at < ? AND ${where} GROUP BY of_name
     ORDER BY total(input_tokens) + total(output_tokens) DESC, total(requests) DESC, of_name LIMIT ?`,
    [range.span, range.begin, range.end, ...parameters, limit],
  );
  return rows.map(([id]) => asNumber(id) ?? 0);
}

/** Index rows of one part, most parts, and most exchanges of a history. */
const PART_ROWS = 10_000;
const MAX_PARTS = 10;
const MAX_ROWS = 50_000;
const READ: readonly Column[] = [
  ...(['id', 'completed_at', 'upstream', 'model', 'counted_model', 'application'] as const),
  ...(['client_key', 'error', 'input_tokens', 'cached_tokens', 'output_tokens'] as const),
  ...(['client_process', 'session'] as const),
  ...(['energy_joules', 'provenance', 'output_rate', 'ttft_ms', 'duration_ms'] as const),
];

export interface ReadRows {
  /** In the order of time. */
  readonly items: readonly HistoryItem[];
  /** The time from which all rows were read; null if that is the whole range. */
  readonly coveredFrom: number | null;
}

/** Reads the exchanges of a range, the newest first, until too many were looked at. */
export async function readRows(
  db: Db,
  names: NameReader,
  filter: HistoryFilter & Pick<PricedHistoryQuery, 'runs'>,
  by: HistoryDimension | undefined,
  between: Between,
): Promise<ReadRows> {
  const wanted = { ...withoutUndefined(filter), inference: true };
  const plan = planActivity(db, names, wanted, 'apart');
  const items: HistoryItem[] = [];
  let coveredFrom: number | null = null;
  for (const single of plan === null ? [] : apart(plan)) {
    const scan = { db, filter: wanted, columns: READ, plan: single };
    let cursor: PageCursor | null = null;
    for (let part = 0; part < MAX_PARTS && items.length < MAX_ROWS; part++) {
      const read = scanPart(scan, cursor, PART_ROWS);
      for (const row of read.rows) if (isInRuns(row, filter.runs)) items.push(itemOfRow(row, by));
      cursor = read.next;
      await between();
      if (cursor === null) break;
    }
    if (cursor !== null) coveredFrom = Math.max(coveredFrom ?? 0, cursor.at + 1);
  }
  items.sort((a, b) => a.at - b.at);
  return { items, coveredFrom };
}

function isInRuns(row: SqlRow, runs: PricedHistoryQuery['runs']): boolean {
  if (runs === undefined) return true;
  const id = asNumber(row[READ.indexOf('id')]) ?? 0;
  return runs.some(({ afterId, upToId }) => id > afterId && (upToId === null || id <= upToId));
}

/** A plan for each of its drivers. No two drivers return the same row. */
export function apart(plan: Plan): Plan[] {
  return plan.drivers.map((driver) => ({ ...plan, drivers: [driver] }));
}

const ROW_COLUMN = {
  upstream: 'upstream',
  application: 'application',
  key: 'client_key',
  process: 'client_process',
  session: 'session',
} as const satisfies Readonly<Record<Exclude<HistoryDimension, 'model'>, Column>>;

function itemOfRow(row: SqlRow, by: HistoryDimension | undefined): HistoryItem {
  const values: SqlValue[] = new Array<SqlValue>(COLUMNS.length).fill(null);
  READ.forEach((column, index) => (values[COLUMN[column]] = row[index] ?? null));
  const number = (column: Column): number => asNumber(values[COLUMN[column]]) ?? 0;
  const { ttft, rate } = measurements(values);
  const named = by === undefined || by === 'model' ? null : ROW_COLUMN[by];
  return {
    at: number('completed_at'),
    name: named !== null ? number(named) : by === 'model' ? countedModelId(values) : 0,
    addend: [
      1,
      asNumber(values[COLUMN.error]) === null ? 0 : 1,
      ...([number('input_tokens'), number('cached_tokens'), number('output_tokens')] as const),
      number('energy_joules'),
    ],
    ttft,
    speed: rate,
  };
}

/** A filter with an undefined member is not the same type as one without it. */
function withoutUndefined(filter: HistoryFilter): HistoryFilter {
  const { from, to, model, upstream, application, key, process, session, operation } = filter;
  return {
    ...{ from, to },
    ...(model === undefined ? {} : { model }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(application === undefined ? {} : { application }),
    ...(key === undefined ? {} : { key }),
    ...(process === undefined ? {} : { process }),
    ...(session === undefined ? {} : { session }),
    ...(operation === undefined ? {} : { operation }),
  };
}
