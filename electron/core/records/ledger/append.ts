import { addRows } from './row-counts.ts';
import type { Db, SqlValue } from './database.ts';
import { saveDeviceEnergy } from './device-energy.ts';
import type { DeviceEnergy } from './device-energy.ts';
import { DimensionFold } from './dimension-series.ts';
import { failureOf } from './failures.ts';
import { saveGpuSamples } from './gpu-samples.ts';
import type { GpuSample } from './gpu-samples.ts';
import { saveGpuTotals } from './gpu-totals.ts';
import type { Peak } from './in-flight-peaks.ts';
import { saveMeteringSpans } from './metering-spans.ts';
import type { MeteringSpan } from './metering-spans.ts';
import type { NameWriter } from './names.ts';
import { ROLLUP_TABLES, RollupFold } from './rollups.ts';
import { COLUMN, COLUMNS, ENERGY_COLUMNS, NAME_COLUMNS } from './activity-columns.ts';
import type { Column, FlatRow } from './activity-columns.ts';
import { SeriesFold } from './series.ts';
import { addEnergyToSession, addToSession } from './session-sums.ts';

export interface AppendInput {
  readonly rows: readonly FlatRow[];
  /** Rows that were stored before, or are in `rows`, now with their energy. */
  readonly completed?: readonly FlatRow[];
  readonly peaks: readonly Peak[];
  readonly gpu: readonly GpuSample[];
  readonly energy?: readonly DeviceEnergy[];
  readonly metering?: readonly MeteringSpan[];
}

export interface AppendOutput {
  /** Ids of rows that can never be stored. All other rows are stored. */
  readonly rejected: readonly number[];
}

const INSERT = `INSERT OR IGNORE INTO activity (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`;
const NOTHING_ELSE = { peaks: [], gpu: [] };

/** Adds the energy once, even if a batch is stored again because its acknowledgement was lost. */
const COMPLETE = `UPDATE activity SET ${ENERGY_COLUMNS.map((name) => `${name} = ?`).join(', ')}
  WHERE id = ? AND started_at = ? AND completed_at = ? AND energy_joules IS NULL`;
const SAME_ROW = 'SELECT started_at = ? AND completed_at = ? FROM activity WHERE id = ?';

const LAST_ID = `SELECT value FROM meta WHERE key = 'last_id'`;

/**
 * Stores a batch and its sums in one transaction. A row whose id exists already changes nothing: it
 * was stored before and its acknowledgement was lost. Rows that can never be stored are returned in
 * `rejected`, so that they do not block the others. Any other failure is thrown; the same batch can
 * then be appended again.
 */
export function append(db: Db, names: NameWriter, input: AppendInput): AppendOutput {
  try {
    return appendTogether(db, names, input);
  } catch (error) {
    if (failureOf(error).kind !== 'row') throw error;
    return appendOneByOne(db, names, input);
  }
}

function appendTogether(db: Db, names: NameWriter, input: AppendInput): AppendOutput {
  try {
    return db.transaction(() => appendAll(db, names, input));
  } catch (error) {
    names.forget();
    throw error;
  }
}

/** The slow way, after a row could not be stored: each row has its own transaction. */
function appendOneByOne(db: Db, names: NameWriter, input: AppendInput): AppendOutput {
  const rejected: number[] = [];
  for (const row of input.rows) {
    try {
      rejected.push(...appendTogether(db, names, { rows: [row], ...NOTHING_ELSE }).rejected);
    } catch (error) {
      if (failureOf(error).kind !== 'row') throw error;
      rejected.push(Number(row[COLUMN.id]));
    }
  }
  try {
    appendTogether(db, names, { ...input, rows: [] });
  } catch (error) {
    // A peak or sample that cannot be stored must not cause endless retries of the rows.
    if (failureOf(error).kind !== 'row') throw error;
  }
  return { rejected };
}

/** Does the work of {@link append} within a transaction of the caller. */
export function appendAll(db: Db, names: NameWriter, input: AppendInput): AppendOutput {
  const series = new SeriesFold();
  const folds = [
    series,
    ...ROLLUP_TABLES.map((table) => new RollupFold(table)),
    new DimensionFold(),
  ];
  const rejected: number[] = [];
  let stored = 0;
  for (const row of input.rows) {
    const values = withNameIds(names, row);
    if (db.run(INSERT, values) === 1) {
      stored += 1;
      for (const fold of folds) fold.add(values);
      addToSession(db, values);
    } else if (!isStored(db, row)) {
      rejected.push(Number(row[COLUMN.id]));
    }
  }
  for (const row of input.completed ?? []) {
    if (!complete(db, row)) continue;
    const values = withNameIds(names, row);
    for (const fold of folds) fold.addEnergy(values);
    addEnergyToSession(db, values);
  }
  series.addPeaks(input.peaks, names);
  for (const fold of folds) fold.save(db);
  saveGpuSamples(db, input.gpu);
  saveGpuTotals(db, input.gpu);
  saveDeviceEnergy(db, input.energy ?? []);
  saveMeteringSpans(db, input.metering ?? []);
  names.saveUses();
  addRows(db, 'activity', stored);
  saveLastId(db, input.rows);
  return { rejected };
}

/** Stores the energy of a row. False if there is no such row without energy. */
function complete(db: Db, row: FlatRow): boolean {
  const of = (column: Column): SqlValue => row[COLUMN[column]] ?? null;
  const key = [of('id'), of('started_at'), of('completed_at')];
  return db.run(COMPLETE, [...ENERGY_COLUMNS.map(of), ...key]) === 1;
}

function withNameIds(names: NameWriter, row: FlatRow): SqlValue[] {
  const id = Number(row[COLUMN.id]);
  const at = Number(row[COLUMN.completed_at]);
  const values: SqlValue[] = [...row];
  for (const [column, kind] of NAME_COLUMNS) {
    const name = row[COLUMN[column]];
    if (typeof name === 'string') values[COLUMN[column]] = names.id(kind, name, id, at);
  }
  return values;
}

/** False if another exchange has the id. Then an id was assigned twice, and this row is dropped. */
function isStored(db: Db, row: FlatRow): boolean {
  const [id, startedAt, completedAt] = row;
  return db.number(SAME_ROW, [startedAt ?? null, completedAt ?? null, id ?? null]) === 1;
}

/** Stored separately from the rows, because rows are deleted and their ids must not be reused. */
function saveLastId(db: Db, rows: readonly FlatRow[]): void {
  const newest = rows.reduce((max, row) => Math.max(max, Number(row[COLUMN.id])), 0);
  if (newest === 0) return;
  db.run(
    `INSERT INTO meta (key, value) VALUES ('last_id', ?)
     ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)`,
    [newest],
  );
}

/** Returns the highest id ever stored in this file, including deleted rows; 0 for none. */
export function readLastId(db: Db): number {
  return Math.max(db.number(LAST_ID) ?? 0, db.number('SELECT max(id) FROM activity') ?? 0);
}

/**
 * False if damage changed the ids to impossible values. New ids could then collide or lose
 * precision, and old rows would be taken for rows that were never acknowledged.
 */
export function areIdsValid(db: Db): boolean {
  const last = db.number(LAST_ID);
  // A file without rows has no last id, and neither has one from before last ids were stored.
  if (last === null) return db.row(`SELECT 1 FROM meta WHERE key = 'last_id'`) === undefined;
  const lowest = db.number('SELECT min(id) FROM activity') ?? 1;
  const highest = db.number('SELECT max(id) FROM activity') ?? 0;
  const names = db.number(`SELECT max(seq) FROM sqlite_sequence WHERE name = 'name'`) ?? 0;
  const isCount = [last, lowest, highest, names].every((id) => Number.isSafeInteger(id * 2));
  return isCount && lowest > 0 && highest <= last;
}
