import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { append } from './append.ts';
import { Db } from './database.ts';
import { NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { flatten } from './rows.ts';

let folder = '';
let file = '';
let remove = (): void => undefined;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  file = join(folder, 'ledger.db');
  const { db } = openFile(file, NOON);
  const rows = [1, 2, 3].map((id) => flatten(record(id)));
  append(db, new NameWriter(db), { rows, peaks: [], gpu: [] });
  // The driver closes a file only when its statements are garbage-collected, so the test does not
  // wait for it.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
});
afterEach(() => remove());

function change(sql: string): void {
  const db = new Db(file, 0);
  db.exec(`PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON; ${sql}`);
  db.close();
}

/**
 * Opens it like a file that is too large for a complete check. Returns true if it was set aside.
 */
function isSetAside(): boolean {
  const { db, setAside } = openFile(file, NOON, 0);
  const rows = db.number('SELECT count(*) FROM activity');
  db.close();
  expect(rows).toBe(setAside === null ? 3 : 0);
  return setAside !== null;
}

test('an intact file is opened again, and the write test leaves no row', () => {
  const all = (): unknown => {
    const db = new Db(file, 0);
    const tables = ['activity', 'name', 'series', 'rollup', 'capture', 'meta'];
    const counts = tables.map((table) => db.number(`SELECT count(*) FROM ${table}`));
    db.close();
    return counts;
  };
  const before = all();
  expect(isSetAside()).toBe(false);
  expect(all()).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([]);
});

test('the version needed to write the file', () => {
  const bytes = readFileSync(file);
  bytes[18] = 3;
  writeFileSync(file, bytes);
  expect(isSetAside()).toBe(true);
});

test.each([
  ['a column', `UPDATE sqlite_schema SET sql = replace(sql, 'latency_sum', 'latency_su}')`],
  ['an index', `UPDATE sqlite_schema SET sql = replace(sql, '(model,', '(status,')`],
  ['a row that is newer than the newest', 'UPDATE activity SET id = 1000 WHERE id = 3'],
  ['an id below all others', 'UPDATE activity SET id = -5 WHERE id = 1'],
  ['a last id that is none', `UPDATE meta SET value = 'x' WHERE key = 'last_id'`],
  ['a last id that is no exact number', `UPDATE meta SET value = 1 << 60 WHERE key = 'last_id'`],
  ['no more numbers for names', `UPDATE sqlite_sequence SET seq = 9223372036854775807`],
  [
    'a trigger that refuses every row',
    `CREATE TRIGGER no BEFORE INSERT ON rollup BEGIN SELECT RAISE(ABORT, 'no'); END`,
  ],
])('%s: the file is set aside', (_what, sql) => {
  change(sql);
  expect(isSetAside()).toBe(true);
});

test.each([
  ['a table of somebody else', 'CREATE TABLE mine (a)'],
  ['an index of somebody else', 'CREATE INDEX mine ON activity (duration_ms)'],
  ['a name that is no text', `UPDATE name SET value = CAST(x'ff' || value AS TEXT) WHERE id > 0`],
  ['a day that is no text', `UPDATE rollup SET day = CAST(x'ff' AS TEXT)`],
  ['a sum that overflows', 'UPDATE rollup SET output_tokens = 9223372036854775807'],
])('%s: the file stays', (_what, sql) => {
  change(sql);
  expect(isSetAside()).toBe(false);
});
