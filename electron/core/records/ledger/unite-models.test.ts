import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_ENERGY_SUMS } from '../../../../shared/energy-sums.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { OLD_NAMES, writeOldData } from '../../../../tests/support/old-data.ts';
import { activityPage, recordsAfter } from './activity-page.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { saveOllamaUpstreams } from './model-names.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { percentiles } from './percentiles.ts';
import { DIMENSIONS } from './query-schemas.ts';
import { readRollups, readTop } from './rollup-query.ts';
import { flatten } from './rows.ts';
import { readSeries } from './series-query.ts';
import { uniteModels } from './unite-models.ts';

const between = (): Promise<void> => Promise.resolve();
const range = { from: NOON - 2 * 86_400_000, to: NOON + 2 * 86_400_000 };
const minutes = { ...range, bucketMs: 120_000 };
const hours = { ...range, bucketMs: 3_600_000 };

let folder = '';
let remove = (): void => undefined;
let db: Db;
let names: NameReader;

beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => {
  db.close();
  remove();
});

function open(): void {
  ({ db } = openFile(join(folder, 'ledger.db'), NOON));
  names = new NameReader(db);
}

function openOld(): void {
  writeOldData(folder, ['ledger.db']);
  open();
}

function store(records: readonly ActivityRecord[]): void {
  append(db, new NameWriter(db), { rows: records.map(flatten), peaks: [], gpu: [] });
}

/** Returns the number of steps. */
function unite(upstream = 'box', stopAfter = Infinity): number {
  saveOllamaUpstreams(db, [upstream]);
  let steps = 0;
  for (const step of uniteModels(db, new NameWriter(db), upstream)) {
    expect(step).toBeUndefined();
    steps += 1;
    if (steps >= stopAfter) break;
  }
  return steps;
}

/** All sums, without names of models. */
async function sums(): Promise<unknown> {
  return {
    days: readRollups(db, names, { by: ['upstream', 'key', 'operation'] }),
    minutes: await readSeries(db, names, { ...minutes, groupBy: 'upstream' }, NOON, between),
    hours: await readSeries(db, names, hours, NOON, between),
    spread: await percentiles(db, names, {}, between),
    rows: recordsAfter(db, names, { id: 0, limit: 100 }).map(({ id, model }) => [id, model]),
  };
}

function byModel(): [string | null, string | null, number][] {
  const lines = new Map<string, number>();
  for (const { model, upstream, requests } of readRollups(db, names, { by: [...DIMENSIONS] })) {
    const key = JSON.stringify([model, upstream]);
    lines.set(key, (lines.get(key) ?? 0) + requests);
  }
  return [...lines]
    .map(([key, requests]) => [...(JSON.parse(key) as [string, string]), requests] as const)
    .filter(([, , requests]) => requests > 0)
    .map((line) => [...line] as [string | null, string | null, number])
    .sort();
}

const UNITED = [
  ['org/a', 'rack', 5],
  ['org/a:latest', 'rack', 5],
  ['plain', 'box', 40],
  ['qwen3:8b', 'box', 1],
];

async function expectOneName(): Promise<void> {
  expect(byModel()).toEqual(UNITED);
  const top = readTop(db, names, { by: 'model', order: 'requests' });
  expect(top.map(({ name, requests }) => [name, requests])).toEqual(
    expect.arrayContaining([
      ['plain', 40],
      ['org/a', 5],
      ['org/a:latest', 5],
      ['qwen3:8b', 1],
    ]),
  );
  expect(top).toHaveLength(4);
  for (const query of [minutes, hours]) {
    const own = { ...query, upstream: 'box', groupBy: 'model' } as const;
    const { points } = await readSeries(db, names, own, NOON, between);
    expect(new Set(points.map(({ name }) => name))).toEqual(new Set(['plain', 'qwen3:8b']));
  }
}

async function expectAnyNameFinds(): Promise<void> {
  for (const model of OLD_NAMES) {
    expect(activityPage(db, names, { model, limit: 100 }).rows, model).toHaveLength(40);
    expect(activityPage(db, names, { model, upstream: 'box' }).rows).toHaveLength(40);
    expect(activityPage(db, names, { model, text: 'library' }).rows).toHaveLength(20);
    for (const query of [minutes, hours]) {
      const { points } = await readSeries(db, names, { ...query, model }, NOON, between);
      expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(40);
    }
    const days = readRollups(db, names, { model });
    expect(days.reduce((sum, { requests }) => sum + requests, 0)).toBe(40);
    const { latencyMs } = await percentiles(db, names, { model, upstream: 'box' }, between);
    expect(latencyMs.count).toBe(36);
  }
  expect(activityPage(db, names, { model: 'me/plain' }).rows).toEqual([]);
  for (const model of ['org/a', 'org/a:latest']) {
    expect(activityPage(db, names, { model }).rows).toHaveLength(5);
    expect(readRollups(db, names, { model })).toMatchObject([{ requests: 5 }]);
  }
}

describe('a ledger of an earlier version', () => {
  test('gets one name for an Ollama model, and loses nothing', async () => {
    openOld();
    const before = await sums();
    expect(byModel()).toHaveLength(7);
    const kept = db.number('SELECT count(*) FROM series');
    unite();
    expect(await sums()).toEqual(before);
    await expectOneName();
    await expectAnyNameFinds();
    const rows = recordsAfter(db, names, { id: 0, limit: 40 });
    expect(new Set(rows.map(({ model }) => model))).toEqual(new Set(OLD_NAMES));
    expect(new Set(rows.map(({ countedModel }) => countedModel))).toEqual(new Set(['plain']));
    const series = db.number('SELECT count(*) FROM series') ?? 0;
    expect(series).toBeLessThan(kept ?? 0);
    expect(db.number(`SELECT value FROM meta WHERE key = 'series_rows'`)).toBe(series);
    expect(db.rows('PRAGMA foreign_key_check')).toEqual([]);
  });

  test('has energy without parts, and new parts are merged with the names', async () => {
    openOld();
    const old = recordsAfter(db, names, { id: 0, limit: 100 });
    expect(old.some(({ energyJoules }) => energyJoules !== null)).toBe(true);
    expect(old.every(({ energyParts }) => energyParts === null)).toBe(true);
    for (const day of readRollups(db, names, {})) expect(day).toMatchObject(NO_ENERGY_SUMS);
    const fresh = { upstream: 'box', completedAt: NOON };
    store([
      record(1_001, { ...fresh, model: 'plain' }),
      record(1_002, { ...fresh, model: 'plain:latest' }),
    ]);
    unite();
    const merged = { energyNetJoules: 15, ratedJoules: 25, ratedOutputTokens: 480 };
    expect(readTop(db, names, { by: 'model', order: 'requests' })[0]).toMatchObject({
      ...{ name: 'plain', requests: 42, ...merged },
    });
    const { points } = await readSeries(db, names, { ...hours, model: 'plain' }, NOON, between);
    expect(points.find(({ at }) => at === NOON)).toMatchObject(merged);
    expect(points[0]).toMatchObject(NO_ENERGY_SUMS);
  });

  test('has correct sums if the work ends after any step and is finished later', async () => {
    openOld();
    const before = await sums();
    const steps = unite('nobody') + unite();
    db.close();
    for (let stopAfter = 1; stopAfter < steps; stopAfter += 1) {
      openOld();
      unite('box', stopAfter);
      expect(await sums(), `after ${stopAfter}`).toEqual(before);
      unite();
      expect(byModel()).toEqual(UNITED);
      expect(await sums()).toEqual(before);
      db.close();
    }
    open();
  });

  test('does not change the second time', async () => {
    openOld();
    unite();
    const before = {
      sums: await sums(),
      top: readTop(db, names, { by: 'model', order: 'errors' }),
    };
    unite();
    expect(await sums()).toEqual(before.sums);
    expect(readTop(db, names, { by: 'model', order: 'errors' })).toEqual(before.top);
  });

  test('keeps the highest number in flight', async () => {
    openOld();
    unite();
    const own = { ...minutes, model: 'plain', upstream: 'box' };
    const { points } = await readSeries(db, names, own, NOON, between);
    expect(points.find(({ at }) => at === NOON)?.inFlightPeak).toBe(4);
  });

  test('lists emptied sums for copies elsewhere', () => {
    openOld();
    const told = readRollups(db, names, { by: ['model', 'upstream'] });
    unite();
    const rows = readRollups(db, names, { by: ['model', 'upstream'], emptied: true });
    const name = (row: (typeof rows)[number]): string => `${row.day} ${row.model} ${row.upstream}`;
    expect(rows.map(name)).toEqual(expect.arrayContaining(told.map(name)));
    const left = rows.filter(({ bytesIn }) => bytesIn > 0).map(({ model }) => model);
    expect(new Set(left)).toEqual(new Set([null, 'plain', 'qwen3:8b', 'org/a', 'org/a:latest']));
    expect(readRollups(db, names, { by: ['model', 'upstream'] })).toHaveLength(left.length);
  });

  test('keeps a name as long as the sums that were moved to it', () => {
    openOld();
    db.exec(
      `DELETE FROM activity; UPDATE name SET last_row = 0, last_at = 0 WHERE value = 'plain'`,
    );
    unite();
    const lastAt = (value: string): number | null =>
      db.number('SELECT last_at FROM name WHERE value = ?', [value]);
    expect(lastAt('plain')).toBe(Math.max(...OLD_NAMES.slice(1).map((form) => lastAt(form) ?? 0)));
  });

  test('does nothing for an unknown upstream', () => {
    openOld();
    expect(unite('new')).toBe(0);
    expect(byModel()).toHaveLength(7);
  });

  test('survives a damaged list of upstreams', () => {
    openOld();
    unite();
    for (const value of ["x'ff'", "'{'", "'[1]'", '7']) {
      db.exec(`UPDATE meta SET value = ${value} WHERE key = 'ollama_upstreams'`);
      expect(activityPage(db, names, { model: 'plain:latest', limit: 100 }).rows).toHaveLength(10);
    }
  });
});

describe('a new ledger', () => {
  test('counts under one name and keeps the requested name in each row', async () => {
    open();
    saveOllamaUpstreams(db, ['ollama']);
    store(OLD_NAMES.map((model, i) => record(i + 1, { model, countedModel: 'plain' })));
    const rows = recordsAfter(db, names, { id: 0, limit: 4 });
    expect(rows.map(({ model, countedModel }) => [model, countedModel])).toEqual(
      OLD_NAMES.map((form) => [form, 'plain']),
    );
    expect(readTop(db, names, { by: 'model', order: 'requests' })).toMatchObject([
      { name: 'plain', requests: 4, inputTokens: 480 },
    ]);
    for (const model of OLD_NAMES) {
      expect(activityPage(db, names, { model }).rows).toHaveLength(4);
      const { points } = await readSeries(db, names, { ...hours, model }, NOON, between);
      expect(points).toMatchObject([{ requests: 4 }]);
    }
  });

  test('keeps names of other servers apart', async () => {
    open();
    store([record(1, { upstream: 'vllm', model: 'org/a:latest' })]);
    store(OLD_NAMES.map((model, i) => record(i + 11, { model, countedModel: 'plain' })));
    store(OLD_NAMES.map((model, i) => record(i + 2, { api: 'openai', upstream: 'vllm', model })));
    unite('ollama');
    expect(names.id('model', 'org/a')).toBeNull();
    const grouped = { ...hours, groupBy: 'model', upstream: 'vllm' } as const;
    const { points } = await readSeries(db, names, grouped, NOON, between);
    expect(points.map(({ name }) => name).sort()).toEqual([...OLD_NAMES, 'org/a:latest'].sort());
    for (const model of OLD_NAMES) {
      expect(activityPage(db, names, { model, upstream: 'vllm' }).rows).toHaveLength(1);
      // Together with the four of Ollama.
      expect(activityPage(db, names, { model }).rows).toHaveLength(5);
      expect(readRollups(db, names, { model })).toMatchObject([{ requests: 5 }]);
    }
  });
});
