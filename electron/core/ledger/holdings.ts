import type { Db } from './database.ts';
import type { Holding, Holdings } from './queries.ts';
import { asNumber } from './rows.ts';

/** What is stored, and how much room it takes. Reads the whole file's page list: not for polling. */
export function readHoldings(db: Db): Holdings {
  const pageSize = db.number('PRAGMA page_size') ?? 0;
  const bytes = bytesByTable(db);
  const holding = (tables: readonly string[], sql: string, unit: number): Holding => {
    const [rows, oldest, newest] = db.row(sql) ?? [];
    const moment = (value: number | null): number | null => (value === null ? null : value * unit);
    return {
      rows: asNumber(rows) ?? 0,
      bytes: tables.reduce((sum, table) => sum + (bytes.get(table) ?? 0), 0),
      oldest: moment(asNumber(oldest)),
      newest: moment(asNumber(newest)),
    };
  };
  return {
    fileBytes: (db.number('PRAGMA page_count') ?? 0) * pageSize,
    freeBytes: (db.number('PRAGMA freelist_count') ?? 0) * pageSize,
    activity: holding(
      ['activity', 'name'],
      'SELECT count(*), (SELECT min(completed_at) FROM activity), (SELECT max(completed_at) FROM activity) FROM activity',
      1,
    ),
    series: holding(['series'], 'SELECT count(*), min(at), max(at) FROM series', 60_000),
    rollups: holding(
      ['rollup'],
      `SELECT count(*), CAST(strftime('%s', min(day)) AS INTEGER), CAST(strftime('%s', max(day)) AS INTEGER) FROM rollup`,
      1_000,
    ),
    gpuSamples: holding(
      ['gpu_sample', 'gpu'],
      'SELECT count(*), min(at), max(at) FROM gpu_sample',
      1_000,
    ),
    captures: holding(['capture'], 'SELECT count(*), min(at), max(at) FROM capture', 1),
  };
}

/** Indexes are counted with the table they belong to. */
function bytesByTable(db: Db): Map<string, number> {
  const rows = db.rows(
    `SELECT s.tbl_name, sum(d.pgsize) FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name
     WHERE d.aggregate = 1 GROUP BY s.tbl_name`,
  );
  return new Map(rows.map(([table, bytes]) => [String(table), Number(bytes)]));
}
