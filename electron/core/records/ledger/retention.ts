import { bytes, numbers } from './columns.ts';
import { COUNTED, addRows, resetRows } from './row-counts.ts';
import type { Db, SqlValue } from './database.ts';
import { backfillHour } from './dimension-backfill.ts';
import { NARROW_SPAN, dropDimensions } from './dimension-series.ts';
import { dropGpuTotals } from './gpu-totals.ts';
import { dropDeviceEnergy, thinDeviceEnergy } from './device-energy.ts';
import { dropEpisodes } from './episodes.ts';
import { undeletable } from './failures.ts';
import { dropMeteringSpans } from './metering-spans.ts';
import { thinGpuSamples } from './gpu-samples.ts';
import type { NameWriter } from './names.ts';
import type { Clear, Retention } from './query-schemas.ts';
import { localDate } from '../../../../shared/format.ts';
import { dropSessions } from './session-sums.ts';
import { asText } from './sql-values.ts';
import { HOUR_SPAN, MINUTES_KEPT_DAYS, MINUTE_MS, MINUTE_SPAN } from './series.ts';

const DAY_MS = 86_400_000;
/** Rows deleted in one step. A step takes some milliseconds, so that new rows do not wait long. */
const ROWS_A_STEP = 500;
const PAGES_A_STEP = 512;
/**
 * Free pages that are kept for new rows. Releasing them would make the file shrink and grow
 * repeatedly.
 */
const PAGES_KEPT_FREE = 64;

/**
 * Runs one bounded step of the cleanup. Returns true if it changed something, so that there may be
 * more to do. The caller stores waiting rows before the next step. A step that cannot delete what
 * it finds, as in a damaged file, counts as done, because it would be repeated forever.
 */
export function housekeep(db: Db, names: NameWriter, retention: Retention, now: number): boolean {
  const before = (days: number): number => now - days * DAY_MS;
  const minuteDays = Math.min(MINUTES_KEPT_DAYS, retention.seriesDays);
  const steps: (() => boolean)[] = [
    () => dropCaptures(db, before(retention.captureDays), retention.captureMaxBytes),
    () => dropActivity(db, before(retention.activityDays)),
    () => usedBytes(db) > retention.maxBytes && dropActivity(db, Infinity),
    () => dropSeries(db, MINUTE_SPAN, before(minuteDays)),
    () => dropSeries(db, HOUR_SPAN, before(retention.seriesDays)),
    () => dropDimensions(db, NARROW_SPAN, before(minuteDays)),
    () => dropDimensions(db, HOUR_SPAN, before(retention.seriesDays)),
    () => dropRollups(db, before(retention.rollupDays)),
    () => thinGpuSamples(db, now),
    () => dropGpuSamples(db, before(retention.gpuDays)),
    () => dropGpuTotals(db, NARROW_SPAN, before(Math.min(MINUTES_KEPT_DAYS, retention.gpuDays))),
    () => dropGpuTotals(db, HOUR_SPAN, before(retention.gpuDays)),
    () => thinDeviceEnergy(db, now),
    () => dropDeviceEnergy(db, before(retention.seriesDays)),
    () => dropEpisodes(db, before(retention.rollupDays)),
    () => dropSessions(db),
    () => dropMeteringSpans(db, before(retention.seriesDays)),
    () => dropNames(db, names),
    () => backfillHour(db),
    () => giveBackSpace(db),
  ];
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      if (step()) return true;
    } catch (error) {
      // A failure in one damaged table must not prevent the cleanup of the others.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some cleaning up failed.');
  return false;
}

/** Returns the size of the file without its free space, bytes. */
function usedBytes(db: Db): number {
  const pages = (db.number('PRAGMA page_count') ?? 0) - (db.number('PRAGMA freelist_count') ?? 0);
  return pages * (db.number('PRAGMA page_size') ?? 0);
}

function dropActivity(db: Db, completedBefore: number): boolean {
  const ids = 'SELECT id FROM activity WHERE completed_at < ? ORDER BY completed_at LIMIT ?';
  const range = [Math.min(completedBefore, Number.MAX_SAFE_INTEGER), ROWS_A_STEP];
  if (db.row(ids, range) === undefined) return false;
  return db.transaction(() => {
    db.run(`DELETE FROM capture WHERE id IN (${ids})`, range);
    dropInsights(db, ids, range);
    const dropped = db.run(`DELETE FROM activity WHERE id IN (${ids})`, range);
    addRows(db, 'activity', -dropped);
    return dropped > 0;
  });
}

/** Older insights than the rows to be deleted belong to rows that were never stored. */
function dropInsights(db: Db, ids: string, range: readonly number[]): void {
  const newest = `SELECT max(completed_at) FROM activity WHERE id IN (${ids})`;
  db.run(`DELETE FROM insight WHERE id IN (${ids})`, range);
  db.run(`DELETE FROM insight WHERE at < (${newest})`, range);
}

function dropCaptures(db: Db, before: number, maxBytes: number): boolean {
  const oldest = 'SELECT id FROM capture WHERE at < ? ORDER BY at LIMIT 50';
  const total = db.number('SELECT total(stored_bytes) FROM capture') ?? 0;
  const limit = total > maxBytes ? Number.MAX_SAFE_INTEGER : before;
  if (total === 0 || total <= maxBytes) {
    return db.run(`DELETE FROM capture WHERE id IN (${oldest})`, [limit]) > 0;
  }
  // Deletes the oldest until the rest fits.
  let excess = total - maxBytes;
  let dropped = 0;
  db.transaction(() => {
    for (const [id, stored] of db.rows(
      `SELECT id, ${numbers('stored_bytes')} FROM capture ORDER BY at LIMIT 50`,
    )) {
      if (excess <= 0) break;
      excess -= Number(stored);
      dropped += db.run('DELETE FROM capture WHERE id = ?', [id ?? null]);
    }
  });
  return dropped > 0;
}

/** Deletes whole hours, so that an hour's minutes are all present or all deleted. */
function dropSeries(db: Db, span: number, before: number): boolean {
  const end = Math.floor(before / MINUTE_MS / HOUR_SPAN) * HOUR_SPAN;
  const first = 'SELECT min(at) FROM series WHERE span = ? AND at < ?';
  const oldest = db.number(first, [span, end]);
  if (oldest === null) return false;
  const until = (Math.floor(oldest / HOUR_SPAN) + 1) * HOUR_SPAN;
  return db.transaction(() => {
    const dropped = db.run('DELETE FROM series WHERE span = ? AND at < ?', [span, until]);
    addRows(db, 'series', -dropped);
    if (db.number(first, [span, end]) === oldest) throw undeletable('series');
    return true;
  });
}

function dropRollups(db: Db, before: number): boolean {
  const range = [localDate(before)];
  const count = 'SELECT count(*) FROM rollup WHERE day < ?';
  const rows = db.number(count, range) ?? 0;
  if (rows === 0) return false;
  const oldest = '(SELECT min(day) FROM rollup WHERE day < ?)';
  db.transaction(() => {
    db.run(`DELETE FROM process_rollup WHERE day <= ${oldest}`, range);
    db.run(`DELETE FROM rollup WHERE day = ${oldest}`, range);
  });
  if ((db.number(count, range) ?? 0) >= rows) throw undeletable('rollup');
  return true;
}

function dropGpuSamples(db: Db, before: number): boolean {
  return [1, 60, 900].some((span) => {
    const end = Math.floor(before / 1_000);
    const first = 'SELECT min(at) FROM gpu_sample WHERE span = ? AND at < ?';
    const oldest = db.number(first, [span, end]);
    if (oldest === null) return false;
    const until = Math.min(end, oldest + 200 * span);
    db.run('DELETE FROM gpu_sample WHERE span = ? AND at < ?', [span, until]);
    if (db.number(first, [span, end]) === oldest) throw undeletable('gpu_sample');
    return true;
  });
}

/**
 * Deletes names that no row, series or rollup uses any more. SQLite's foreign key check would read
 * all of `activity` for each name, so it is off during the deletion. Instead, each name stores the
 * newest row and time that used it, and both must be older than all remaining data. Ids of sessions
 * and sampling parameters are in rows only.
 */
function dropNames(db: Db, names: NameWriter): boolean {
  const oldestRow = db.number('SELECT min(id) FROM activity') ?? Number.MAX_SAFE_INTEGER;
  const oldestMoment = Math.min(
    (db.number('SELECT min(at) FROM series WHERE span = 1') ?? Infinity) * MINUTE_MS,
    (db.number('SELECT min(at) FROM series WHERE span = 60') ?? Infinity) * MINUTE_MS,
    dayBegin(db.row(`SELECT ${bytes('min(day)')} FROM rollup`)?.[0]),
    Number.MAX_SAFE_INTEGER,
  );
  const unused = `SELECT id FROM name WHERE id > 0 AND last_row < ?
    AND (last_at < ? OR kind IN ('session', 'sampling')) LIMIT ${ROWS_A_STEP}`;
  const bounds = [oldestRow, oldestMoment];
  if (db.row(unused, bounds) === undefined) return false;
  db.exec('PRAGMA foreign_keys = OFF');
  try {
    return db.run(`DELETE FROM name WHERE id IN (${unused})`, bounds) > 0;
  } finally {
    db.exec('PRAGMA foreign_keys = ON');
    names.forget();
  }
}

/** A day earlier than the day's start, to allow for changes of clocks and time zones. */
function dayBegin(value: SqlValue | undefined): number {
  const day = asText(value);
  if (day === null) return Infinity;
  const begin = Date.parse(`${day}T00:00:00Z`);
  // With a damaged day, it is unknown whether anything is older.
  return Number.isNaN(begin) ? -Infinity : begin - DAY_MS;
}

function giveBackSpace(db: Db): boolean {
  const freePages = (): number => db.number('PRAGMA freelist_count') ?? 0;
  const before = freePages();
  const excess = before - PAGES_KEPT_FREE;
  if (excess <= 0) return false;
  db.exec(`PRAGMA incremental_vacuum(${Math.min(excess, PAGES_A_STEP)})`);
  return freePages() < before;
}

const METRICS = [
  ...['series', 'dimension_series', 'rollup', 'process_rollup', 'gpu_sample', 'gpu_total', 'gpu'],
  ...['device_energy', 'metering_span'],
];
const LOGS = ['activity', 'insight', 'session', 'session_model', 'episode'];
const CLEARED: Record<Clear, readonly string[]> = {
  metrics: METRICS,
  logs: LOGS,
  captures: ['capture'],
  all: ['capture', ...LOGS, ...METRICS],
};

/** Deletes the requested parts at once. Later steps release the space. */
export function clear(db: Db, what: Clear): void {
  db.transaction(() => {
    for (const table of CLEARED[what]) db.exec(`DELETE FROM ${table}`);
    for (const table of COUNTED) if (CLEARED[what].includes(table)) resetRows(db, table);
  });
}
