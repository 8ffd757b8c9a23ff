import type { Db } from './database.ts';

/**
 * Tables whose row counts are maintained in `meta`, because counting a million rows takes too long
 * for a query.
 */
export const COUNTED = ['activity', 'series'] as const;
export type Counted = (typeof COUNTED)[number];

const KEYS: Record<Counted, string> = { activity: 'activity_rows', series: 'series_rows' };

/**
 * Adds to a count. Part of the transaction that adds rows, or deletes them if `change` is negative.
 */
export function addRows(db: Db, table: Counted, change: number): void {
  if (change === 0) return;
  db.run('UPDATE meta SET value = value + ? WHERE key = ?', [change, KEYS[table]]);
}

/** Sets a count to zero. Part of the transaction that empties a table. */
export function resetRows(db: Db, table: Counted): void {
  db.run('UPDATE meta SET value = 0 WHERE key = ?', [KEYS[table]]);
}

/** Returns a table's count. Counts the rows if the stored count was lost. */
export function countRows(db: Db, table: Counted): number {
  const kept = db.number('SELECT value FROM meta WHERE key = ?', [KEYS[table]]);
  return kept ?? db.number(`SELECT count(*) FROM ${table}`) ?? 0;
}
