import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { append } from './append.ts';
import { Db } from './database.ts';
import { APPLICATION_ID, MIGRATIONS, migrate } from './migrations.ts';
import { NameReader, NameWriter } from './names.ts';
import { activityById } from './activity-page.ts';
import { openFile } from './open-file.ts';
import { flatten } from './rows.ts';

let file = '';
let remove = (): void => undefined;
beforeEach(() => {
  const made = temporaryFolder();
  file = join(made.folder, 'ledger.db');
  remove = made.remove;
});
afterEach(() => remove());

/** A file of an earlier version, with a row if that version had rows. */
function pastFile(version: number): void {
  const db = new Db(file, 0);
  migrate(db, MIGRATIONS.slice(0, version));
  if (version > 0) {
    db.exec(`
      INSERT INTO name (id, kind, value) VALUES (1, 'upstream', 'old'), (2, 'api', 'ollama');
      INSERT INTO activity (id, started_at, completed_at, upstream, api, operation, inference,
        method, endpoint, status_class, completed, provenance, duration_ms, bytes_in, bytes_out,
        readable, features, energy_joules)
      VALUES (41, 1, 2, 1, 2, 2, 1, 2, 2, 0, 1, 0, 3.5, 4, 5, 1, 0, 8.5);
      UPDATE meta SET value = value + 1 WHERE key = 'activity_rows';`);
  }
  db.close();
}

function schema(db: Db): unknown {
  return db.rows('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name');
}

describe.each(MIGRATIONS.map((_, index) => index))('a file of version %i', (version) => {
  test('is migrated with its rows to the newest schema, and stores new rows', () => {
    pastFile(version);
    const { db, setAside } = openFile(file, NOON);
    expect(setAside).toBeNull();
    expect(db.number('PRAGMA user_version')).toBe(MIGRATIONS.length);
    expect(db.number('PRAGMA application_id')).toBe(APPLICATION_ID);
    const fresh = new Db(':memory:', 0);
    migrate(fresh);
    expect(schema(db)).toEqual(schema(fresh));
    fresh.close();

    append(db, new NameWriter(db), { rows: [flatten(record(42))], peaks: [], gpu: [] });
    const names = new NameReader(db);
    expect(activityById(db, names, 42)).toEqual(record(42));
    if (version > 0) {
      const past = {
        upstream: 'old',
        refusals: [],
        meterVersion: null,
        energyJoules: 8.5,
        energyParts: null,
        client: { claimsHop: false, process: null },
      };
      expect(activityById(db, names, 41)).toMatchObject(past);
    }
    const kept = db.number(`SELECT value FROM meta WHERE key = 'activity_rows'`);
    expect(kept).toBe(db.number('SELECT count(*) FROM activity'));
    expect(db.rows('PRAGMA foreign_key_check')).toEqual([]);
    db.close();
  });
});

test('a row with parts of its energy from before other work was told has it as unknown', () => {
  pastFile(MIGRATIONS.findIndex(({ name }) => name === 'other work'));
  const past = new Db(file, 0);
  past.exec('UPDATE activity SET energy_measured_share = 0.5');
  past.close();
  const { db } = openFile(file, NOON);
  const row = activityById(db, new NameReader(db), 41);
  expect(row?.energyParts).toMatchObject({ measuredShare: 0.5, hasOtherWork: null });
  db.close();
});

test.each([true, false, null])('other work is stored as it is known: %s', (hasOtherWork) => {
  const { db } = openFile(file, NOON);
  const row = record(1, { energyParts: { ...record(1).energyParts!, hasOtherWork } });
  append(db, new NameWriter(db), { rows: [flatten(row)], peaks: [], gpu: [] });
  expect(activityById(db, new NameReader(db), 1)).toEqual(row);
  db.close();
});

test('a new file has the pragmas that can only be set at its creation', () => {
  const { db } = openFile(file, NOON);
  expect(db.number('PRAGMA auto_vacuum')).toBe(2);
  expect(db.row('PRAGMA journal_mode')?.[0]).toBe('wal');
  expect(db.number('PRAGMA foreign_keys')).toBe(1);
  db.close();
});

test('a failed step leaves the previous version intact', () => {
  const db = new Db(file, 0);
  migrate(db, MIGRATIONS.slice(0, 1));
  const before = schema(db);
  const broken = {
    name: 'broken',
    up: (target: Db) => target.exec('CREATE TABLE half (a); INSERT INTO nowhere VALUES (1);'),
  };
  expect(() => migrate(db, [...MIGRATIONS.slice(0, 1), broken])).toThrow(/nowhere/);
  expect(db.number('PRAGMA user_version')).toBe(1);
  expect(schema(db)).toEqual(before);
  db.close();
});
