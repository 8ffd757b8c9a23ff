import type { Db } from './database.ts';

/**
 * Tables whose rows are counted as they come and go: counting a million of them where they lie
 * takes longer than a question should. The counts are rows of `meta`.
 */
export const COUNTED = ['activity', 'series'] as const;
export type Counted = (typeof COUNTED)[number];

const KEYS: Record<Counted, string> = { activity: 'activity_rows', series: 'series_rows' };

/** Part of the transaction that adds rows, or drops them where `change` is negative. */
export function addRows(db: Db, table: Counted, change: number): void {
  if (change === 0) return;
  db.run('UPDATE meta SET value = value + ? WHERE key = ?', [change, KEYS[table]]);
}

/** Part of the transaction that empties a table. */
export function resetRows(db: Db, table: Counted): void {
  db.run('UPDATE meta SET value = 0 WHERE key = ?', [KEYS[table]]);
}

/** Counts the rows themselves where the count was lost. */
export function countRows(db: Db, table: Counted): number {
  const kept = db.number('SELECT value FROM meta WHERE key = ?', [KEYS[table]]);
  return kept ?? db.number(`SELECT count(*) FROM ${table}`) ?? 0;
}
