import { COLUMN } from './activity-columns.ts';
import type { Column } from './activity-columns.ts';
import type { Db, SqlValue } from './database.ts';
import { undeletable } from './failures.ts';
import { countedModelId } from './rows.ts';
import { CELL, CELL_COLUMNS, HOUR_SPAN, MINUTE_MS, MINUTE_SPAN, SeriesCell } from './series.ts';
import { asNumber } from './sql-values.ts';

/** Minutes covered by one row. Like those of `series`, the narrow ones are kept for a month. */
export const NARROW_SPAN = 5;
export const SPANS = [NARROW_SPAN, HOUR_SPAN] as const;
export type Span = (typeof SPANS)[number];

/** What the sums are by; `all` has one row for everything, with name 0. */
export const SUMMED = ['all', 'model', 'upstream', 'application', 'key', 'process'] as const;
export type SummedDimension = (typeof SUMMED)[number];

export function dimensionNumber(dimension: SummedDimension): number {
  return SUMMED.indexOf(dimension);
}

interface Key {
  readonly span: number;
  readonly dimension: number;
  /** Minutes since 1970. */
  readonly at: number;
  readonly name: number;
}

const KEYS = ['span', 'dimension', 'at', 'name'];
const COLUMNS = [...KEYS, ...CELL_COLUMNS];
const REPLACE = `INSERT OR REPLACE INTO dimension_series (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`;
const WHERE = 'WHERE span = ? AND dimension = ? AND at = ? AND name = ?';
const FIND = `SELECT ${CELL} FROM dimension_series ${WHERE}`;

/** Sums a batch in memory by dimension, so that each row is updated only once. */
export class DimensionFold {
  readonly #cells = new Map<string, { readonly key: Key; readonly cell: SeriesCell }>();
  readonly #dimensions: readonly SummedDimension[];

  constructor(dimensions: readonly SummedDimension[] = SUMMED) {
    this.#dimensions = dimensions;
  }

  /** `values` is a row of `activity`. Only inference exchanges count. */
  add(values: readonly SqlValue[]): void {
    for (const cell of this.#cellsOf(values)) cell.addExchange(values);
  }

  /** Adds the energy of a row that was added before. */
  addEnergy(values: readonly SqlValue[]): void {
    for (const cell of this.#cellsOf(values)) cell.addEnergy(values);
  }

  /** Adds a row of `series` with the span's cell at `first`; `of` says what the row is of. */
  addSeriesRow(
    row: readonly SqlValue[],
    first: number,
    key: Omit<Key, 'dimension' | 'name'>,
    of: Names,
  ): void {
    for (const dimension of this.#dimensions)
      this.#cell(key.span, key.at, dimension, of).addRow(row, first);
  }

  /** Adds the sums to the stored ones. */
  save(db: Db): void {
    for (const { key, cell } of this.#cells.values()) {
      const keys = [key.span, key.dimension, key.at, key.name];
      const before = db.row(FIND, keys);
      if (before !== undefined) cell.addRow(before, 0);
      db.run(REPLACE, [...keys, ...cell.toRow()]);
    }
  }

  #cellsOf(values: readonly SqlValue[]): SeriesCell[] {
    const number = (column: Column): number => asNumber(values[COLUMN[column]]) ?? 0;
    if (number('inference') !== 1) return [];
    const of = {
      all: 0,
      model: countedModelId(values),
      upstream: number('upstream'),
      application: number('application'),
      key: number('client_key'),
      process: number('client_process'),
    };
    const minute = Math.floor(number('completed_at') / MINUTE_MS);
    return SPANS.flatMap((span) =>
      this.#dimensions.map((dimension) => this.#cell(span, minute, dimension, of)),
    );
  }

  #cell(span: number, minute: number, dimension: SummedDimension, of: Names): SeriesCell {
    const at = Math.floor(minute / span) * span;
    const name = of[dimension] ?? 0;
    const id = `${span}/${at}/${dimension}/${name}`;
    const known = this.#cells.get(id);
    if (known !== undefined) return known.cell;
    const cell = new SeriesCell();
    this.#cells.set(id, { key: { span, dimension: dimensionNumber(dimension), at, name }, cell });
    return cell;
  }
}

/** The numbers of the names by which an exchange is summed. */
type Names = Readonly<Partial<Record<SummedDimension, number>>>;

/** Deletes the sums of some dimensions in an hour. */
export function deleteHour(db: Db, hour: number, dimensions: readonly SummedDimension[]): void {
  for (const span of SPANS) {
    for (const dimension of dimensions) {
      db.run(
        'DELETE FROM dimension_series WHERE span = ? AND dimension = ? AND at >= ? AND at < ?',
        [...[span, dimensionNumber(dimension), hour, hour + HOUR_SPAN]],
      );
    }
  }
}

/**
 * Sums a model anew from `series`, after rows there got another model. `seriesSpan` is the span of the changed rows
 * and `at` the minute of one of them.
 */
export function resumModel(db: Db, seriesSpan: number, at: number, model: number): void {
  const span = seriesSpan === MINUTE_SPAN ? NARROW_SPAN : HOUR_SPAN;
  const begin = Math.floor(at / span) * span;
  const rows = db.rows(
    `SELECT ${CELL} FROM series WHERE span = ? AND at >= ? AND at < ? AND model = ? AND upstream <> 0`,
    [seriesSpan, begin, begin + span, model],
  );
  const keys = [span, dimensionNumber('model'), begin, model];
  if (rows.length === 0) {
    db.run(`DELETE FROM dimension_series ${WHERE}`, keys);
    return;
  }
  const cell = new SeriesCell();
  for (const row of rows) cell.addRow(row, 0);
  db.run(REPLACE, [...keys, ...cell.toRow()]);
}

/** Deletes the oldest hour of a span that is before a time. Returns false if there was none. */
export function dropDimensions(db: Db, span: Span, before: number): boolean {
  const end = Math.floor(before / MINUTE_MS / HOUR_SPAN) * HOUR_SPAN;
  const first = 'SELECT min(at) FROM dimension_series WHERE span = ? AND dimension = ? AND at < ?';
  const oldest = (): number =>
    Math.min(...SUMMED.map((_, dimension) => db.number(first, [span, dimension, end]) ?? Infinity));
  const at = oldest();
  if (at === Infinity) return false;
  const until = (Math.floor(at / HOUR_SPAN) + 1) * HOUR_SPAN;
  const drop = 'DELETE FROM dimension_series WHERE span = ? AND dimension = ? AND at < ?';
  db.transaction(() => {
    for (const dimension of SUMMED.keys()) db.run(drop, [span, dimension, until]);
  });
  if (oldest() === at) throw undeletable('dimension_series');
  return true;
}
