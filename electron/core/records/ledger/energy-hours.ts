import { numbers } from './columns.ts';
import type { Db, SqlRow, SqlValue } from './database.ts';
import { dimensionsFrom } from './dimension-backfill.ts';
import { dimensionPieces } from './history-distribution.ts';
import { dimensionTable } from './history-sources.ts';
import { sumsOfModel } from './model-names.ts';
import type { NameReader } from './names.ts';
import { piecesOf } from './series-query.ts';
import type { Between } from './series-query.ts';
import { HOUR_SPAN, MINUTE_MS } from './series.ts';
import { asNumber } from './sql-values.ts';

/** What the sums of an hour are split by, in addition to the model. */
export type EnergyDimension = 'model' | 'upstream' | 'application' | 'key';

export interface EnergyHoursQuery {
  /** Unix milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly by: EnergyDimension;
  /** Only this model, by any of its names. For `model` and `upstream` only. */
  readonly model?: string;
  /** Only this name of the dimension. For `application` and `key` only. */
  readonly name?: string;
  /**
   * False: hours of `application` and `key` without their models. They are read from the sums of clients, because a
   * month of rows takes a hundred times as long.
   */
  readonly hasModels?: boolean;
}

/** The sums of the exchanges that ended in an hour, of one name and one model. */
export interface EnergyHour {
  /** Hours since 1970, UTC. */
  readonly hour: number;
  readonly name: string | null;
  readonly model: string | null;
  readonly requests: number;
  /** Joules; 0 also if no exchange has a known energy. */
  readonly energyJoules: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface EnergyHours {
  readonly hours: readonly EnergyHour[];
  /**
   * For `application` and `key`: when the oldest row ended from which they are summed, or the begin of the oldest
   * hour; null without either. Earlier exchanges are only in the daily sums. Null for the other dimensions.
   */
  readonly rowsFrom: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_MINUTES = 1_440;
/** A slice of rows: a quarter of a day, because a day may have very many. */
const ROWS_SLICE_MS = 6 * HOUR_MS;
const SUMS = ['requests', 'energy_joules', 'input_tokens', 'cached_tokens', 'output_tokens'];
const SUM_COUNT = SUMS.length + 1;

/**
 * Returns the energy and the tokens of a range by hour. Sums by model and server come from `series`
 * (whole minutes, or whole hours where the minutes were deleted), the others from the rows.
 */
export async function readEnergyHours(
  db: Db,
  names: NameReader,
  query: EnergyHoursQuery,
  between: Between,
): Promise<EnergyHours> {
  const sums = new Map<string, { readonly keys: readonly number[]; readonly values: number[] }>();
  const add = ([hour, name, model, ...values]: SqlRow): void => {
    // A damaged time may have a fraction.
    const keys = [Math.floor(known(hour)), known(name), known(model)];
    const id = keys.join('/');
    const sum = sums.get(id) ?? { keys, values: new Array<number>(SUM_COUNT).fill(0) };
    sums.set(id, sum);
    values.forEach((value, index) => (sum.values[index] = (sum.values[index] ?? 0) + known(value)));
  };
  const { slices, rowsFrom } = sourceOf(db, names, query);
  for (const rows of slices) {
    rows.forEach(add);
    await between();
  }
  const hours = [...sums.values()].map(({ keys, values }) => energyHour(names, keys, values));
  hours.sort((a, b) => a.hour - b.hour || (a.name ?? '').localeCompare(b.name ?? ''));
  return { hours, rowsFrom };
}

function sourceOf(
  db: Db,
  names: NameReader,
  query: EnergyHoursQuery,
): { readonly slices: Iterable<readonly SqlRow[]>; readonly rowsFrom: number | null } {
  const { by, hasModels } = query;
  if (by !== 'application' && by !== 'key') {
    return { slices: seriesSlices(db, names, query), rowsFrom: null };
  }
  if (hasModels === false && dimensionsFrom(db) === 0) {
    return { slices: clientSlices(db, names, { ...query, by }), rowsFrom: oldestHour(db) };
  }
  return { slices: rowSlices(db, names, query), rowsFrom: oldestRow(db) };
}

function known(value: SqlValue | undefined): number {
  return asNumber(value) ?? 0;
}

function energyHour(
  names: NameReader,
  [hour = 0, name = 0, model = 0]: readonly number[],
  values: readonly number[],
): EnergyHour {
  const [requests = 0, energyJoules = 0, inputTokens = 0, ...rest] = values;
  const [cachedInputTokens = 0, outputTokens = 0, reasoningTokens = 0] = rest;
  const tokens = { inputTokens, cachedInputTokens, outputTokens, reasoningTokens };
  const named = { hour, name: names.value(name), model: names.value(model) };
  return { ...named, requests, energyJoules, ...tokens };
}

function oldestRow(db: Db): number | null {
  return db.number('SELECT min(completed_at) FROM activity WHERE completed_at > 0', []);
}

function oldestHour(db: Db): number | null {
  const at = db.number('SELECT min(at) FROM dimension_series WHERE span = ? AND dimension = 0', [
    HOUR_SPAN,
  ]);
  return at === null ? null : at * MINUTE_MS;
}

/** The sums by client, without models. */
function* clientSlices(
  db: Db,
  names: NameReader,
  query: EnergyHoursQuery & { readonly by: 'application' | 'key' },
): Generator<readonly SqlRow[]> {
  const { from, to, by, name } = query;
  const { where } = dimensionTable(db, names, by, { from, to, [by]: name });
  const sql = `SELECT ${numbers(`at / ${HOUR_SPAN}`, 'name')}, 0,
    ${numbers(...SUMS, 'reasoning_tokens')} FROM dimension_series
    WHERE span = ? AND at >= ? AND at < ? AND ${where}`;
  for (const { span, begin, end } of dimensionPieces(db, { from, to })) {
    yield db.rows(sql, [span, begin, end]);
  }
}

function* seriesSlices(
  db: Db,
  names: NameReader,
  { from, to, by, model }: EnergyHoursQuery,
): Generator<readonly SqlRow[]> {
  const begin = Math.ceil(from / MINUTE_MS);
  const end = Math.ceil(to / MINUTE_MS);
  const ofModel = model === undefined ? '1' : sumsOfModel(db, names, model);
  const sql = `SELECT ${numbers(`at / ${HOUR_SPAN}`, by, 'model')},
    ${numbers(...SUMS, 'reasoning_tokens')} FROM series
    WHERE span = ? AND at >= ? AND at < ? AND upstream <> 0 AND ${ofModel}`;
  for (const piece of piecesOf(db, begin, end, true)) {
    const width = piece.span === HOUR_SPAN ? 60 * DAY_MINUTES : DAY_MINUTES;
    for (let at = piece.begin; at < piece.end; at += width) {
      yield db.rows(sql, [piece.span, at, Math.min(piece.end, at + width)]);
    }
  }
}

function* rowSlices(
  db: Db,
  names: NameReader,
  { from, to, by, name }: EnergyHoursQuery,
): Generator<readonly SqlRow[]> {
  const column = by === 'key' ? 'client_key' : 'application';
  const only = name === undefined ? [] : [names.id(by, name) ?? -1];
  const [, ...amounts] = [...SUMS, 'reasoning_tokens'];
  const sql = `SELECT ${numbers(`completed_at / ${HOUR_MS}`)} AS hour, ${numbers(column)} AS name,
      ${numbers('coalesce(counted_model, model, 0)')} AS of_model,
      count(*), ${amounts.map((each) => `total(${each})`).join(', ')} FROM activity
    WHERE completed_at >= ? AND completed_at < ? AND inference = 1
      AND ${name === undefined ? '1' : `${column} = ?`}
    GROUP BY hour, name, of_model`;
  const oldest = oldestRow(db);
  if (oldest === null) return;
  for (let at = Math.max(from, oldest); at < to; at += ROWS_SLICE_MS) {
    yield db.rows(sql, [at, Math.min(to, at + ROWS_SLICE_MS), ...only]);
  }
}
