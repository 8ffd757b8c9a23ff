import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { readInsights, saveInsights } from './insights.ts';
import { NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
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

const insight = (id: number, at: number, kind = 'cold_load', json = '{"title":"Waited."}') => ({
  id,
  at,
  kind,
  json,
});

function count(): number {
  return db.number('SELECT count(*) FROM insight') ?? 0;
}

test('insights are read by the exchange, and a later one of the same kind replaces the earlier', () => {
  saveInsights(db, [insight(1, NOON), insight(1, NOON, 'context_truncated', '{}')]);
  saveInsights(db, [insight(1, NOON, 'cold_load', '{"title":"Ünïcode €"}')]);
  expect(readInsights(db, { id: 1, at: NOON }).sort()).toEqual(['{"title":"Ünïcode €"}', '{}']);
  expect(readInsights(db, { id: 2, at: NOON })).toEqual([]);
});

test('an insight of a lost row is not shown with the row that got its id', () => {
  saveInsights(db, [insight(1, NOON - 5_000)]);
  expect(readInsights(db, { id: 1, at: NOON })).toEqual([]);
});

test('insights are deleted with their rows, and so are those whose rows were lost', () => {
  const names = new NameWriter(db);
  const rows = [
    record(1, { completedAt: NOON - 20 * DAY }),
    record(2, { completedAt: NOON - 19 * DAY }),
    record(3, { completedAt: NOON - DAY }),
  ];
  append(db, names, { rows: rows.map(flatten), peaks: [], gpu: [] });
  saveInsights(db, [
    insight(1, NOON - 20 * DAY),
    insight(2, NOON - 19 * DAY),
    insight(3, NOON - DAY),
    insight(77, NOON - 21 * DAY),
  ]);
  const retention = { ...DEFAULT_RETENTION, activityDays: 10 };
  while (housekeep(db, names, retention, NOON)) continue;
  expect(db.rows('SELECT id FROM insight')).toEqual([[3]]);
});

test('clearing the activity clears them', () => {
  saveInsights(db, [insight(1, NOON)]);
  clear(db, 'captures');
  expect(count()).toBe(1);
  clear(db, 'logs');
  expect(count()).toBe(0);
});
