import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localDate } from '../../../../shared/format.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { append } from './append.ts';
import { saveCapture } from './captures.ts';
import type { Db } from './database.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import type { Retention } from './query-schemas.ts';
import { housekeep } from './retention.ts';
import { flatten } from './rows.ts';
import { readGpuSeries, readSeries } from './series-query.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

const DAY = 86_400_000;
let db: Db;
let names: NameWriter;
let remove = (): void => undefined;

beforeEach(() => {
  const made = temporaryFolder();
  remove = made.remove;
  db = openFile(join(made.folder, 'ledger.db'), NOON).db;
  names = new NameWriter(db);
});
afterEach(() => {
  db.close();
  remove();
});

function store(records: readonly ActivityRecord[]): void {
  append(db, names, { rows: records.map(flatten), peaks: [], gpu: [] });
}

/** Runs the cleanup to its end. Returns the most rows deleted in one step. */
function cleanUp(changes: Partial<Retention> = {}, now = NOON): number {
  let most = 0;
  for (let steps = 0; ; steps++) {
    const before = count('activity');
    if (!housekeep(db, names, { ...DEFAULT_RETENTION, ...changes }, now)) return most;
    most = Math.max(most, before - count('activity'));
    expect(steps).toBeLessThan(5_000);
  }
}

function count(table: string): number {
  return db.number(`SELECT count(*) FROM ${table}`) ?? 0;
}

describe('activity', () => {
  test('is deleted by age in bounded steps, with its captures; sums stay', () => {
    const body = { headers: [], body: Buffer.from('x'), bodyBytes: 1 };
    for (let id = 1; id <= 2_000; id++) {
      const age = id <= 1_500 ? 11 : 1;
      if (id % 500 === 1) store(rows(id, 500, (n) => NOON - age * DAY + n));
    }
    saveCapture(db, 1, NOON, { request: body, response: body });
    saveCapture(db, 1_999, NOON, { request: body, response: body });
    expect(cleanUp({ activityDays: 10 })).toBeLessThanOrEqual(500);
    expect(count('activity')).toBe(500);
    expect(db.number('SELECT min(id) FROM activity')).toBe(1_501);
    expect(db.rows('SELECT id FROM capture')).toEqual([[1_999]]);
    expect(db.number('SELECT sum(requests) FROM rollup')).toBe(2_000);
    expect(db.number('SELECT sum(requests) FROM series WHERE span = 1')).toBe(2_000);
    expect(db.number('SELECT sum(requests) FROM series WHERE span = 60')).toBe(2_000);
  });

  test('is deleted by size, oldest first, and the file shrinks', () => {
    for (let id = 1; id <= 12_000; id += 500) store(rows(id, 500, (n) => NOON - DAY + n));
    const before = db.number('PRAGMA page_count') ?? 0;
    cleanUp({ maxBytes: 2_000_000 });
    const pages = db.number('PRAGMA page_count') ?? 0;
    expect(pages).toBeLessThan(before);
    // Some free pages are kept for new rows.
    expect(pages * 4_096).toBeLessThan(2_000_000 + 65 * 4_096);
    expect(count('activity')).toBeGreaterThan(1_000);
    expect(db.number('SELECT max(id) FROM activity')).toBe(12_000);
    expect(db.row('PRAGMA integrity_check')?.[0]).toBe('ok');
  });
});

function rows(first: number, number: number, at: (id: number) => number): ActivityRecord[] {
  return Array.from({ length: number }, (_, n) =>
    record(first + n, { completedAt: at(first + n), model: `m${(first + n) % 3}` }),
  );
}

test('minutes are deleted after a month; hours have the same sums and percentiles', async () => {
  const old = NOON - 40 * DAY;
  store(
    Array.from({ length: 240 }, (_, n) =>
      record(n + 1, {
        completedAt: old + n * 45_000,
        model: n % 2 === 0 ? 'a' : 'b',
        timing: { ...record(1).timing, durationMs: 100 + n * 10 },
      }),
    ),
  );
  const query = { from: old, to: old + DAY, bucketMs: 3_600_000, groupBy: 'model' as const };
  const reader = new NameReader(db);
  const between = (): Promise<void> => Promise.resolve();
  const fine = await readSeries(db, reader, { ...query, bucketMs: 60_000 }, NOON, between);
  expect(fine.points.length).toBeGreaterThan(100);
  const before = await readSeries(db, reader, query, NOON, between);
  cleanUp();
  const after = await readSeries(db, reader, { ...query, bucketMs: 60_000 }, NOON, between);
  expect(after.points).toEqual(before.points);
  expect(after.points).toHaveLength(6);
  expect(count('series')).toBe(6);
});

test('series, rollups and GPU samples are deleted by their own age', () => {
  store([record(1, { completedAt: NOON - 500 * DAY }), record(2)]);
  cleanUp();
  expect(db.rows('SELECT span, requests FROM series')).toEqual([
    [1, 1],
    [60, 1],
  ]);
  expect(db.rows('SELECT day, requests FROM rollup')).toEqual([[localDate(NOON), 1]]);
});

test('GPU samples are merged with age: seconds, minutes, 15 minutes', () => {
  const sample = (at: number, watts: number) => ({
    at,
    gpus: [
      {
        index: 0,
        id: null,
        name: 'card',
        vendor: 'amd' as const,
        utilizationPercent: 50,
        memoryUsedBytes: null,
        memoryTotalBytes: null,
        temperatureC: 60,
        powerW: watts,
        powerLimitW: null,
      },
    ],
  });
  const fill = (from: number): void => {
    const gpu = Array.from({ length: 1_800 }, (_, n) =>
      sample(from + n * 1_000, n % 2 ? 100 : 200),
    );
    append(db, names, { rows: [], peaks: [], gpu });
  };
  const spans = (): unknown =>
    db.rows('SELECT span, count(*) FROM gpu_sample GROUP BY span ORDER BY span');
  fill(NOON - 2 * DAY);
  fill(NOON - 3_600_000);
  cleanUp();
  expect(spans()).toEqual([
    [1, 1_800],
    [60, 30],
  ]);
  cleanUp({}, NOON + 40 * DAY);
  expect(spans()).toEqual([[900, 4]]);
  const [point] = readGpuSeries(db, { from: NOON - 2 * DAY, to: NOON, bucketMs: 900_000 });
  expect(point).toMatchObject({ powerW: 150, powerMax: 200, temperatureC: 60, temperatureMax: 60 });
  expect(point).toMatchObject({ memoryUsedBytes: null, id: null, name: 'card' });
  cleanUp({}, NOON + 500 * DAY);
  expect(spans()).toEqual([]);
});

test('the least and the greatest of a sample survive the merging', () => {
  const none = { utilizationPercent: null, memoryUsedBytes: null, temperatureC: null };
  const sample = (at: number, min: number, mean: number, max: number) => ({
    at,
    gpus: [
      {
        ...{ index: 0, id: null, name: 'card', vendor: 'amd' as const, ...none },
        ...{ memoryTotalBytes: null, powerW: mean, powerLimitW: null },
      },
    ],
    ranges: [{ ...none, powerW: { min, mean, max } }],
  });
  const at = NOON - 2 * DAY;
  const gpu = [sample(at, 20, 100, 310), sample(at + 1_000, 90, 200, 250)];
  append(db, names, { rows: [], peaks: [], gpu });
  const stored = (): unknown => db.rows('SELECT span, power, power_min, power_max FROM gpu_sample');
  expect(stored()).toEqual([
    [1, 100, 20, 310],
    [1, 200, 90, 250],
  ]);
  cleanUp();
  expect(stored()).toEqual([[60, 150, 20, 310]]);
});

test('captures are deleted by age, and the oldest by size', () => {
  const noise = (n: number) => ({
    headers: [],
    body: Uint8Array.from({ length: 20_000 }, (_, i) => (i * i * 31 + n * 7 + (i >> 3) * 13) % 251),
    bodyBytes: 20_000,
  });
  for (let id = 1; id <= 60; id++) {
    saveCapture(db, id, NOON - (61 - id) * 1_000, { request: noise(id), response: noise(id + 99) });
  }
  saveCapture(db, 61, NOON - 9 * DAY, { request: noise(1), response: noise(2) });
  cleanUp();
  expect(count('capture')).toBe(60);
  const total = db.number('SELECT sum(stored_bytes) FROM capture') ?? 0;
  cleanUp({ captureMaxBytes: total / 4 });
  expect(db.number('SELECT sum(stored_bytes) FROM capture')).toBeLessThanOrEqual(total / 4);
  expect(count('capture')).toBeGreaterThan(5);
  expect(db.number('SELECT max(id) FROM capture')).toBe(60);
});

test('unused names are deleted, all others stay', () => {
  const tagged = (id: number, completedAt: number): ActivityRecord =>
    record(id, {
      completedAt,
      model: `model-${id}`,
      client: { ...record(id).client, tag: `tag-${id}` },
    });
  store([tagged(1, NOON - 200 * DAY), tagged(2, NOON - 800 * DAY), tagged(3, NOON)]);
  cleanUp();
  const left = db.rows(`SELECT value FROM name WHERE kind IN ('model', 'tag') ORDER BY id`).flat();
  // Row 1 is deleted but its day is not, so the name of model 1 stays, and so does its tag.
  expect(left).toEqual(['model-1', 'llama3.2:3b', 'tag-1', 'model-3', 'tag-3']);
  expect(db.rows('PRAGMA foreign_key_check')).toEqual([]);
  // A deleted name that is used again gets a new number, because the writer has dropped the old
  // one.
  store([tagged(4, NOON), record(5, { model: 'model-2', completedAt: NOON })]);
  expect(db.rows('PRAGMA foreign_key_check')).toEqual([]);
});
