import { COLUMN, COLUMNS } from './activity-columns.ts';
import { numbers } from './columns.ts';
import type { Db, SqlRow } from './database.ts';
import { DimensionFold, deleteHour } from './dimension-series.ts';
import { resumGpuHour } from './gpu-totals.ts';
import { saveMeteringSpans } from './metering-spans.ts';
import { CELL, HOUR_SPAN, MINUTE_MS, MINUTE_SPAN } from './series.ts';
import { asNumber } from './sql-values.ts';

const KEY = 'dimensions_from';
const HOUR_MS = HOUR_SPAN * MINUTE_MS;

/** Columns of `activity` that the sums need. The others are left out of the rows. */
const SUMMED_COLUMNS = COLUMNS.filter((name) =>
  /^(completed_at|upstream|inference|model|counted_model|error|provenance|application|client_key|client_process|output_rate|duration_ms|ttft_ms|first_text_ms|\w+_tokens|energy_\w+)$/.test(
    name,
  ),
);

/** Returns the minute from which the sums by dimension are complete; 0 if all are. */
export function dimensionsFrom(db: Db): number {
  return db.number('SELECT value FROM meta WHERE key = ?', [KEY]) ?? 0;
}

/**
 * Makes the sums of one hour that an earlier version stored, the newest first. Returns false if there was none. Sums
 * of an hour are made anew from all that is stored, so rows that came in the meantime are in them once.
 */
export function backfillHour(db: Db): boolean {
  const from = dimensionsFrom(db);
  if (from === 0) return false;
  const newest = 'SELECT max(at) FROM series WHERE span = ? AND at < ?';
  const at = db.number(newest, [HOUR_SPAN, from]);
  const gpu = db.number('SELECT max(at) FROM gpu_sample WHERE span IN (1, 60, 900) AND at < ?', [
    from * 60,
  ]);
  const last = Math.max(at ?? 0, Math.floor((gpu ?? 0) / 60));
  const hour = Math.floor(last / HOUR_SPAN) * HOUR_SPAN;
  db.transaction(() => {
    if (hour > 0) resumHour(db, hour);
    db.run('UPDATE meta SET value = ? WHERE key = ?', [hour, KEY]);
  });
  return true;
}

function resumHour(db: Db, hour: number): void {
  const dimensions = ['all', 'model', 'upstream'] as const;
  deleteHour(db, hour, dimensions);
  const sums = new DimensionFold(dimensions);
  const rowsOf = `SELECT ${numbers('at', 'upstream', 'model')}, ${CELL} FROM series
    WHERE span = ? AND at >= ? AND at < ? AND upstream <> 0`;
  for (const [seriesSpan, span] of [
    [MINUTE_SPAN, 5],
    [HOUR_SPAN, HOUR_SPAN],
  ] as const) {
    for (const row of db.rows(rowsOf, [seriesSpan, hour, hour + HOUR_SPAN])) {
      const [at, upstream, model] = row.slice(0, 3).map((value) => asNumber(value) ?? 0);
      sums.addSeriesRow(
        row,
        3,
        { span, at: at ?? 0 },
        { upstream: upstream ?? 0, model: model ?? 0 },
      );
    }
  }
  sums.save(db);
  resumRows(db, hour);
  resumGpuHour(db, hour);
  saveMeteringSpans(db, [{ began: hour * MINUTE_MS, ended: (hour + HOUR_SPAN) * MINUTE_MS }]);
}

/** Sums of programs and keys come from the rows. Without rows, nothing is known of them. */
function resumRows(db: Db, hour: number): void {
  const rows = db.rows(
    `SELECT ${numbers(...SUMMED_COLUMNS)} FROM activity INDEXED BY activity_time
     WHERE completed_at >= ? AND completed_at < ? AND inference = 1`,
    [hour * MINUTE_MS, hour * MINUTE_MS + HOUR_MS],
  );
  if (rows.length === 0) return;
  const dimensions = ['application', 'key', 'process'] as const;
  deleteHour(db, hour, dimensions);
  const sums = new DimensionFold(dimensions);
  for (const row of rows) sums.add(inPlace(row));
  sums.save(db);
}

/** Returns the columns of a row at their normal positions. */
function inPlace(row: SqlRow): SqlRow {
  const values = new Array<SqlRow[number]>(COLUMNS.length).fill(null);
  SUMMED_COLUMNS.forEach((column, index) => (values[COLUMN[column]] = row[index] ?? null));
  return values;
}
