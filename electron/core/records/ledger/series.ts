import { addEnergySums } from '../../../../shared/energy-sums.ts';
import { bytes, numbers } from './columns.ts';
import { COLUMN } from './activity-columns.ts';
import { ENERGY_COLUMNS, energySumsOfRow, energyValues } from './energy-columns.ts';
import { addRows } from './row-counts.ts';
import type { Db, SqlValue } from './database.ts';
import type { NameWriter } from './names.ts';
import type { Peak } from './in-flight-peaks.ts';
import { countedModelId } from './rows.ts';
import { isEstimated } from './packed-values.ts';
import { SeriesSums } from './series-sums.ts';
import { asNumber } from './sql-values.ts';
import type { Column } from './activity-columns.ts';
import { Sketch } from '../../sketch/sketch.ts';

export const MINUTE_MS = 60_000;
/**
 * Minutes covered by one row of `series`. Every exchange is in a row of its minute and in one of
 * its hour. Minutes are deleted after a month, and a wide chart reads only hours.
 */
export const MINUTE_SPAN = 1;
export const HOUR_SPAN = 60;
export const MINUTES_KEPT_DAYS = 31;

/** The sums of one row of `series` that is written. */
export class SeriesCell extends SeriesSums<Sketch> {
  constructor() {
    super(() => new Sketch());
  }

  /**
   * Adds an exchange; `values` is a row of `activity`. Latency includes only clean successes.
   * Estimated speeds are left out, because a percentile could not be marked as partly estimated.
   */
  addExchange(values: readonly SqlValue[]): void {
    const number = (column: Column): number => asNumber(values[COLUMN[column]]) ?? 0;
    this.requests += 1;
    this.errors += asNumber(values[COLUMN.error]) === null ? 0 : 1;
    this.inputTokens += number('input_tokens');
    this.cachedInputTokens += number('cached_tokens');
    this.outputTokens += number('output_tokens');
    this.reasoningTokens += number('reasoning_tokens');
    this.estimatedTokens += estimatedTokens(values);
    this.addEnergy(values);
    const { latency, ttft, rate } = measurements(values);
    this.latencySum += measure(this.latency, latency);
    this.ttftSum += measure(this.ttft, ttft);
    this.rateSum += measure(this.rate, rate);
  }

  /** Adds the energy of a row of `activity` alone. */
  addEnergy(values: readonly SqlValue[]): void {
    this.energyJoules += asNumber(values[COLUMN.energy_joules]) ?? 0;
    this.energy = addEnergySums(this.energy, energySumsOfRow(values));
  }

  toRow(): SqlValue[] {
    return [
      this.requests,
      this.errors,
      this.inputTokens,
      this.cachedInputTokens,
      this.outputTokens,
      this.reasoningTokens,
      this.estimatedTokens,
      this.energyJoules,
      this.latencySum,
      this.ttftSum,
      this.rateSum,
      ...[this.latency, this.ttft, this.rate].map((s) => (s.count === 0 ? null : s.encode())),
      this.inFlightPeak,
      ...energyValues(this.energy),
    ];
  }
}

const SUMS = [
  ...['requests', 'errors', 'input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens'],
  ...['estimated_tokens', 'energy_joules', 'latency_sum', 'ttft_sum', 'rate_sum'],
];
const SKETCHES = ['latency', 'ttft', 'rate'];
const PEAK = 'in_flight_peak';

/** Selects the columns for {@link SeriesCell.addRow}. */
export const CELL = `${numbers(...SUMS)}, ${bytes(...SKETCHES)}, ${numbers(PEAK, ...ENERGY_COLUMNS)}`;
const KEYS = ['span', 'at', 'upstream', 'model'];
export const CELL_COLUMNS = [...SUMS, ...SKETCHES, PEAK, ...ENERGY_COLUMNS];
const COLUMNS = [...KEYS, ...CELL_COLUMNS];
const REPLACE = `INSERT OR REPLACE INTO series (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`;

export interface SeriesKey {
  readonly span: number;
  /** Minutes since 1970. */
  readonly at: number;
  readonly upstream: number;
  readonly model: number;
}

/** Adds to a row of `series`, or creates it. Returns true if it was created. */
export function mergeCell(db: Db, key: SeriesKey, cell: SeriesCell): boolean {
  const keys = [key.span, key.at, key.upstream, key.model];
  const before = db.row(
    `SELECT ${CELL} FROM series WHERE span = ? AND at = ? AND upstream = ? AND model = ?`,
    keys,
  );
  if (before !== undefined) cell.addRow(before, 0);
  db.run(REPLACE, [...keys, ...cell.toRow()]);
  return before === undefined;
}

/**
 * Adds a row of `series` to the row of another model and deletes it. Returns the change of the
 * number of rows.
 */
export function moveCell(db: Db, key: SeriesKey, model: number): number {
  const where = 'WHERE span = ? AND at = ? AND upstream = ? AND model = ?';
  const keys = [key.span, key.at, key.upstream, key.model];
  const row = db.row(`SELECT ${CELL} FROM series ${where}`, keys);
  if (row === undefined) return 0;
  const cell = new SeriesCell();
  cell.addRow(row, 0);
  const made = mergeCell(db, { ...key, model }, cell) ? 1 : 0;
  return made - db.run(`DELETE FROM series ${where}`, keys);
}

/** Sums a batch in memory, so that each row of `series` is updated only once. */
export class SeriesFold {
  readonly #cells = new Map<string, { readonly key: SeriesKey; readonly cell: SeriesCell }>();

  /** `values` is a row of `activity`. Only inference exchanges count. */
  add(values: readonly SqlValue[]): void {
    for (const cell of this.#cellsOf(values)) cell.addExchange(values);
  }

  /** Adds the energy of a row that was added before. */
  addEnergy(values: readonly SqlValue[]): void {
    for (const cell of this.#cellsOf(values)) cell.addEnergy(values);
  }

  addPeaks(peaks: readonly Peak[], names: NameWriter): void {
    for (const { minute, upstream, model, inFlight } of peaks) {
      const at = minute * MINUTE_MS;
      const upstreamId = upstream === null ? 0 : names.id('upstream', upstream, 0, at);
      const modelId = model === null ? 0 : names.id('model', model, 0, at);
      for (const cell of this.#cellsAt(minute, upstreamId, modelId)) cell.addPeak(inFlight);
    }
  }

  save(db: Db): void {
    let made = 0;
    for (const { key, cell } of this.#cells.values()) made += mergeCell(db, key, cell) ? 1 : 0;
    addRows(db, 'series', made);
  }

  #cellsOf(values: readonly SqlValue[]): SeriesCell[] {
    const number = (column: Column): number => asNumber(values[COLUMN[column]]) ?? 0;
    if (number('inference') !== 1) return [];
    const minute = Math.floor(number('completed_at') / MINUTE_MS);
    return this.#cellsAt(minute, number('upstream'), countedModelId(values));
  }

  /** Returns the cell of the minute and the one of its hour. */
  #cellsAt(minute: number, upstream: number, model: number): SeriesCell[] {
    return [MINUTE_SPAN, HOUR_SPAN].map((span) => {
      const at = Math.floor(minute / span) * span;
      const id = `${span}/${at}/${upstream}/${model}`;
      const known = this.#cells.get(id);
      if (known !== undefined) return known.cell;
      const cell = new SeriesCell();
      this.#cells.set(id, { key: { span, at, upstream, model }, cell });
      return cell;
    });
  }
}

/** Returns the values that a row adds to the distributions; null if it adds none. */
export function measurements(values: readonly SqlValue[]): {
  readonly latency: number | null;
  readonly ttft: number | null;
  readonly rate: number | null;
} {
  const number = (column: Column): number | null => asNumber(values[COLUMN[column]]);
  const guessed = isEstimated(number('provenance') ?? 0, 'outputRate');
  return {
    latency: number('error') === null ? number('duration_ms') : null,
    ttft: number('ttft_ms'),
    rate: guessed ? null : number('output_rate'),
  };
}

/** Returns the estimated part of a row's input and output. */
export function estimatedTokens(values: readonly SqlValue[]): number {
  const packed = asNumber(values[COLUMN.provenance]) ?? 0;
  const input = asNumber(values[COLUMN.input_tokens]) ?? 0;
  const output = asNumber(values[COLUMN.output_tokens]) ?? 0;
  return (isEstimated(packed, 'input') ? input : 0) + (isEstimated(packed, 'output') ? output : 0);
}

function measure(sketch: Sketch, value: number | null): number {
  if (value === null || value < 0) return 0;
  sketch.add(value);
  return value;
}
