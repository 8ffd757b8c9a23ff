import { bytes } from './columns.ts';
import { countRows } from './row-counts.ts';
import type { Db } from './database.ts';
import { bytesByTable } from './pages.ts';
import type { Holding, StorageSummary } from './query-schemas.ts';
import { MAX_MOMENT } from './restore-row.ts';
import { asText } from './sql-values.ts';

/** Returns the number and size of stored data: exact, and fast for any file size. */
export function readStorageSummary(db: Db): StorageSummary {
  return db.snapshot(() => {
    const pageSize = db.number('PRAGMA page_size') ?? 0;
    const room = bytesByTable(db);
    const holding = (tables: readonly string[], held: Omit<Holding, 'bytes'>): Holding => ({
      ...held,
      bytes: tables.reduce((sum, table) => sum + (room.get(table) ?? 0), 0),
    });
    return {
      fileBytes: (db.number('PRAGMA page_count') ?? 0) * pageSize,
      freeBytes: (db.number('PRAGMA freelist_count') ?? 0) * pageSize,
      activity: holding(['activity', 'name', 'insight', 'session', 'session_model', 'episode'], {
        rows: countRows(db, 'activity'),
        ...ends(db, 'activity', 'completed_at'),
      }),
      series: holding(['series', 'dimension_series', 'metering_span'], {
        rows: countRows(db, 'series'),
        ...endsBySpan(db, 'series', [1, 60], 60_000),
      }),
      rollups: holding(['rollup', 'process_rollup'], { rows: count(db, 'rollup'), ...days(db) }),
      gpuSamples: holding(['gpu_sample', 'gpu_total', 'gpu', 'device_energy'], {
        rows: count(db, 'gpu_sample') + count(db, 'device_energy'),
        ...endsBySpan(db, 'gpu_sample', [1, 60, 900], 1_000),
      }),
      captures: holding(['capture'], {
        rows: count(db, 'capture'),
        ...ends(db, 'capture', 'at'),
      }),
    };
  });
}

interface Ends {
  readonly oldest: number | null;
  readonly newest: number | null;
}

function count(db: Db, table: string): number {
  return db.number(`SELECT count(*) FROM ${table}`) ?? 0;
}

/** Returns the lowest and highest value of a column that is first in an index, which is fast. */
function ends(db: Db, table: string, column: string): Ends {
  const end = (which: 'min' | 'max'): number | null =>
    db.number(`SELECT ${which}(${column}) FROM ${table} WHERE ${inTime(column, 1)}`);
  return { oldest: end('min'), newest: end('max') };
}

/** Ignores damaged times. */
function inTime(column: string, unit: number): string {
  return `${column} BETWEEN ${-MAX_MOMENT / unit} AND ${MAX_MOMENT / unit}`;
}

/** Returns the start of the first and the last day, in UTC. */
function days(db: Db): Ends {
  const end = (which: 'min' | 'max'): number | null => {
    const day = asText(db.row(`SELECT ${bytes(`${which}(day)`)} FROM rollup`)?.[0]);
    const begin = Date.parse(day ?? '');
    return Number.isNaN(begin) ? null : begin;
  };
  return { oldest: end('min'), newest: end('max') };
}

/** For tables whose values are sorted only within each span. */
function endsBySpan(db: Db, table: string, spans: readonly number[], unit: number): Ends {
  const found = (which: 'min' | 'max'): number[] =>
    spans.flatMap((span) => {
      const sql = `SELECT ${which}(at) FROM ${table} WHERE span = ? AND ${inTime('at', unit)}`;
      const at = db.number(sql, [span]);
      return at === null ? [] : [at];
    });
  const oldest = found('min');
  const newest = found('max');
  return {
    oldest: oldest.length === 0 ? null : Math.min(...oldest) * unit,
    newest: newest.length === 0 ? null : Math.max(...newest) * unit,
  };
}
