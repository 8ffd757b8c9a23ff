import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { append } from './append.ts';
import { saveCapture } from './captures.ts';
import type { Db } from './database.ts';
import { readStorageSummary } from './storage-summary.ts';
import { NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { bytesByTable } from './pages.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import { clear, housekeep } from './retention.ts';
import { flatten } from './rows.ts';

const DAY = 86_400_000;

let db: Db;
let remove = (): void => undefined;
beforeEach(() => {
  const made = temporaryFolder();
  ({ remove } = made);
  db = openFile(join(made.folder, 'ledger.db'), NOON).db;
});
afterEach(() => {
  db.close();
  remove();
});

function fill(count: number): void {
  const names = new NameWriter(db);
  for (let first = 1; first <= count; first += 500) {
    const rows = Array.from({ length: 500 }, (_, n) =>
      flatten(record(first + n, { completedAt: NOON + (first + n) * 20_000 })),
    );
    append(db, names, { rows, peaks: [], gpu: [] });
  }
}

/** SQLite's own count by pages. */
function bytesByReading(): Map<string, number> {
  return new Map(
    db
      .rows(
        `SELECT CAST(s.tbl_name AS BLOB), sum(d.pgsize) FROM dbstat AS d
         JOIN sqlite_schema AS s ON s.name = d.name WHERE d.aggregate = 1 GROUP BY s.tbl_name`,
      )
      .map(([table, bytes]) => [String(table), Number(bytes)]),
  );
}

function expectCounts(): void {
  const held = readStorageSummary(db);
  expect(held.activity.rows).toBe(db.number('SELECT count(*) FROM activity'));
  expect(held.series.rows).toBe(db.number('SELECT count(*) FROM series'));
  expect(bytesByTable(db)).toEqual(bytesByReading());
}

test('counts and bytes are exact after inserts and deletions', () => {
  fill(10_000);
  // Bodies of several pages create overflow chains.
  const body = Buffer.alloc(40_000, 1).map((_, n) => (n * 7_919) % 251);
  const message = { headers: [], body, bodyBytes: body.length };
  for (let id = 1; id <= 30; id++) {
    saveCapture(db, id, NOON + id, { request: message, response: message });
  }
  expectCounts();
  const held = readStorageSummary(db);
  expect(held).toMatchObject({
    activity: { rows: 10_000, oldest: NOON + 20_000, newest: NOON + 200_000_000 },
    captures: { rows: 30, oldest: NOON + 1, newest: NOON + 30 },
    rollups: { oldest: Date.UTC(2026, 10, 21) },
  });
  expect(held.series.newest).toBe(Math.floor((NOON + 200_000_000) / 60_000) * 60_000);

  const names = new NameWriter(db);
  const retention = { ...DEFAULT_RETENTION, activityDays: 1, seriesDays: 1 };
  while (housekeep(db, names, retention, NOON + 2 * DAY));
  expect(readStorageSummary(db).activity.rows).toBeLessThan(10_000);
  expectCounts();

  clear(db, 'logs');
  expect(readStorageSummary(db).activity).toMatchObject({ rows: 0, oldest: null, newest: null });
  expectCounts();
  clear(db, 'metrics');
  expect(readStorageSummary(db).series).toMatchObject({ rows: 0, oldest: null, newest: null });
  expectCounts();
});

test('a row that is stored twice is counted once', () => {
  fill(500);
  fill(500);
  expectCounts();
});

test('a lost count is computed from the rows', () => {
  fill(500);
  db.exec(`DELETE FROM meta WHERE key <> 'last_id'`);
  expectCounts();
});

test('damaged times are ignored as first or last', () => {
  fill(500);
  db.exec('UPDATE activity SET completed_at = 1 << 62 WHERE id = 7');
  db.exec(`UPDATE activity SET completed_at = CAST(x'ff' AS TEXT) WHERE id = 8`);
  expect(readStorageSummary(db).activity).toMatchObject({ rows: 500, newest: NOON + 500 * 20_000 });
});
