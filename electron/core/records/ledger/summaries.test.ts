import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localDate } from '../../../../shared/format.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { toWire } from '../../../../shared/wire.ts';
import { efficiencyOf } from '../../../../shared/efficiency.ts';
import { NO_ENERGY_SUMS, energySums } from '../../../../shared/energy-sums.ts';
import { NO_SAMPLING } from '../../../../shared/sampling.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import { activityPage } from './activity-page.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { exportChunk } from './export.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { percentiles } from './percentiles.ts';
import { activityQuerySchema, seriesQuerySchema } from './query-schemas.ts';
import type { ActivityFilter, ExportQuery } from './query-schemas.ts';
import { clear } from './retention.ts';
import { readRollups, readTop } from './rollup-query.ts';
import { flatten } from './rows.ts';
import { readSeries } from './series-query.ts';
import * as v from 'valibot';

const DAY = 86_400_000;
const between = (): Promise<void> => Promise.resolve();
let db: Db;
let names: NameReader;
let remove = (): void => undefined;

beforeEach(() => {
  const made = temporaryFolder();
  remove = made.remove;
  db = openFile(join(made.folder, 'ledger.db'), NOON).db;
  names = new NameReader(db);
});
afterEach(() => {
  db.close();
  remove();
});

function store(records: readonly ActivityRecord[]): void {
  const writer = new NameWriter(db);
  for (let begin = 0; begin < records.length; begin += 500) {
    const rows = records.slice(begin, begin + 500).map(flatten);
    append(db, writer, { rows, peaks: [], gpu: [] });
  }
}

const timed = (id: number, durationMs: number, changes: Partial<ActivityRecord> = {}) =>
  record(id, { timing: { ...record(id).timing, durationMs }, ...changes });

describe('percentiles', () => {
  const ask = (filter: ActivityFilter = {}) => percentiles(db, names, filter, between);

  test('are exact by nearest rank for few rows', async () => {
    store(Array.from({ length: 200 }, (_, n) => timed(n + 1, (n + 1) * 10)));
    const found = await ask();
    expect(found.method).toBe('rows');
    expect(found.latencyMs).toEqual({
      count: 200,
      mean: 1_005,
      p50: 1_000,
      p95: 1_900,
      p99: 1_980,
    });
  });

  test('exclude failures from latency, estimates from speed, and requests without inference', async () => {
    const guess = { prompt: null, output: 'estimated' as const };
    store([
      timed(1, 100),
      timed(2, 9_000, { error: 'upstream_died' }),
      timed(3, 200, { rates: { ...record(3).rates, outputTokensPerSecond: 1, provenance: guess } }),
      timed(4, 5, { inference: false }),
    ]);
    const exact = await ask();
    expect(exact.latencyMs).toMatchObject({ count: 2, p50: 100, p99: 200 });
    expect(exact.outputTokensPerSecond).toMatchObject({ count: 2, p50: 48.25, p99: 48.25 });
    expect(exact.timeToFirstTokenMs.count).toBe(3);
    clear(db, 'logs');
    const sketched = await ask();
    expect(sketched.method).toBe('sketch');
    expect(sketched.latencyMs).toMatchObject({ count: 2, mean: 150 });
    expect(sketched.outputTokensPerSecond.count).toBe(2);
    expect(sketched.timeToFirstTokenMs.count).toBe(3);
  });

  test('come from sketches after rows were deleted, within 1 %', async () => {
    store(
      Array.from({ length: 1_000 }, (_, n) =>
        timed(n + 1, 50 + n * 3, { completedAt: NOON + n * 100 }),
      ),
    );
    const exact = await ask({ model: 'llama3.2:3b' });
    clear(db, 'logs');
    const sketched = await ask({ model: 'llama3.2:3b' });
    expect([exact.method, sketched.method]).toEqual(['rows', 'sketch']);
    expect(sketched.latencyMs.mean).toBeCloseTo(exact.latencyMs.mean!, 6);
    for (const rank of ['p50', 'p95', 'p99'] as const) {
      const off = Math.abs(sketched.latencyMs[rank]! / exact.latencyMs[rank]! - 1);
      expect(off).toBeLessThanOrEqual(0.0101);
    }
    expect(sketched.from).toBe(NOON);
  });

  test('work with any filter', async () => {
    store([timed(1, 100), timed(2, 200, { api: 'openai' }), timed(3, 300, { model: 'other' })]);
    expect((await ask({ api: 'openai' })).latencyMs.p50).toBe(200);
    expect((await ask({ text: 'oth' })).latencyMs.p50).toBe(300);
    expect((await ask({ text: 'nothing' })).latencyMs).toMatchObject({ count: 0, p50: null });
    expect((await ask({ inference: false })).latencyMs.count).toBe(0);
    expect((await ask({ model: 'never' })).latencyMs.mean).toBeNull();
  });
});

describe('series', () => {
  const hour = { from: NOON, to: NOON + 3_600_000, bucketMs: 60_000 };

  test('sum only inference requests, by minute', async () => {
    store([
      record(1, { completedAt: NOON + 1_000 }),
      record(2, { completedAt: NOON + 59_999, error: 'http_error' }),
      record(3, { completedAt: NOON + 60_000, model: null }),
      record(4, { completedAt: NOON + 60_001, inference: false }),
      record(5, { completedAt: NOON + 3_600_000 }),
    ]);
    const { points } = await readSeries(db, names, hour, NOON, between);
    expect(points).toHaveLength(2);
    expect(points[0]).toMatchObject({
      at: NOON,
      requests: 2,
      errors: 1,
      inputTokens: 240,
      cachedInputTokens: 40,
      outputTokens: 480,
      energyJoules: 25,
      latencyMs: { count: 1 },
      inFlightPeak: null,
    });
    const lines = await readSeries(
      db,
      names,
      { ...hour, bucketMs: 3_600_000, groupBy: 'model' },
      NOON,
      between,
    );
    expect(lines.points.map(({ at, name, requests }) => [at, name, requests])).toEqual([
      [NOON, null, 1],
      [NOON, 'llama3.2:3b', 2],
    ]);
  });

  test('and days have no energy until an exchange with known energy', async () => {
    const unknown = { completedAt: NOON + 1_000, energyJoules: null };
    store([record(1, unknown), record(2, { ...unknown, model: 'other' })]);
    const told = async (): Promise<unknown> => {
      const { points } = await readSeries(db, names, hour, NOON, between);
      const days = readRollups(db, names, {});
      const top = readTop(db, names, { by: 'model', order: 'requests' });
      return [points, days, top].map((rows) => rows.map(({ energyJoules }) => energyJoules));
    };
    expect(await told()).toEqual([[null], [null], [null, null]]);
    store([record(3, { ...unknown, model: 'other', energyJoules: 2.5 })]);
    expect(await told()).toEqual([[2.5], [2.5], [2.5, null]]);
  });

  test('and days and names have the sums of the parts of energy, and their ratios', async () => {
    const parts = {
      netJoules: 6,
      prefillJoules: 2,
      decodeJoules: 8,
      measuredShare: 1,
      hasOtherWork: null,
    };
    const at = { completedAt: NOON + 1_000, energyJoules: 10 };
    store([record(1, { ...at, energyParts: null })]);
    const told = async (): Promise<object[]> => {
      const { points } = await readSeries(db, names, hour, NOON, between);
      const top = readTop(db, names, { by: 'model', order: 'requests' });
      const sums = [points[0]!, readRollups(db, names, {})[0]!, top[0]!];
      return sums.map((each) => ({ ...energySums((name) => each[name]), ...each.efficiency }));
    };
    const none = { ...NO_ENERGY_SUMS, ...efficiencyOf(NO_ENERGY_SUMS) };
    expect(await told()).toEqual([none, none, none]);
    store([
      record(2, { ...at, energyParts: parts }),
      record(3, { ...at, energyParts: { ...parts, netJoules: null } }),
      record(4, { ...at, energyParts: { ...parts, measuredShare: 0.5 } }),
      record(5, { ...at, energyParts: parts, inference: false }),
    ]);
    store([record(6, { ...at, energyParts: parts }), record(7, { ...at, energyParts: null })]);
    const sums = {
      energyNetJoules: 18,
      ratedJoules: 30,
      ratedOutputTokens: 720,
      ratedNetJoules: 12,
      ratedNetOutputTokens: 480,
      ratedPrefillJoules: 6,
      ratedPromptTokens: 300,
      ratedDecodeJoules: 24,
      ratedDecodeTokens: 717,
    };
    const all = { ...sums, ...efficiencyOf(sums) };
    expect(await told()).toEqual([all, all, all]);
  });

  test('count every exchange once, for any bucket, edges and age', async () => {
    const day = NOON - (NOON % DAY);
    store(Array.from({ length: 600 }, (_, n) => record(n + 1, { completedAt: day + n * 137_000 })));
    const requests = async (from: number, to: number, bucketMs: number): Promise<number> => {
      const { points } = await readSeries(db, names, { from, to, bucketMs }, NOON, between);
      return points.reduce((sum, point) => sum + point.requests, 0);
    };
    const begin = day + 47 * 60_000;
    const end = day + 20 * 3_600_000 + 13 * 60_000;
    const wanted = Math.ceil((end - day) / 137_000) - Math.ceil((begin - day) / 137_000);
    for (const minutes of [1, 7, 60, 90, 180, 1_440]) {
      expect(await requests(begin, end, minutes * 60_000), `${minutes} min`).toBe(wanted);
    }
    expect((await percentiles(db, names, { from: begin, to: end }, between)).latencyMs.count).toBe(
      wanted,
    );
    // Only hours remain of the first half of the day.
    db.run('DELETE FROM series WHERE span = 1 AND at < ?', [day / 60_000 + 720]);
    for (const minutes of [1, 60, 180]) {
      expect(await requests(day, day + DAY, minutes * 60_000), `${minutes} min`).toBe(600);
    }
    db.exec('DELETE FROM series WHERE span = 1');
    expect(await requests(day, end, 60_000)).toBe(
      Math.ceil((day + 21 * 3_600_000 - day) / 137_000),
    );
  });

  test('a range of too many points is refused, a cursor from elsewhere too', () => {
    const year = { from: 0, to: 366 * DAY, bucketMs: 60_000 };
    expect(v.safeParse(seriesQuerySchema, year).success).toBe(false);
    expect(v.safeParse(activityQuerySchema, { cursor: "1' OR 1=1" }).success).toBe(false);
    expect(v.safeParse(activityQuerySchema, { cursor: '1795262400000.17' }).success).toBe(true);
  });
});

describe('rollups', () => {
  const own = (application: string, key: string | null) => ({
    ...record(1).client,
    application,
    key,
  });

  test('group by the requested dimensions, and sum the rest by day', () => {
    store([
      record(1, { client: own('curl', 'k1') }),
      record(2, { client: own('curl', null), model: 'other' }),
      record(3, { completedAt: NOON + 2 * DAY, client: own('web', 'k1'), operation: 'embedding' }),
      record(4, { inference: false }),
    ]);
    const find = (query: Parameters<typeof readRollups>[2]) =>
      readRollups(db, names, query).map(({ day, model, application, requests }) => [
        ...[day, model, application, requests],
      ]);
    expect(find({})).toEqual([
      [localDate(NOON), null, null, 2],
      [localDate(NOON + 2 * DAY), null, null, 1],
    ]);
    expect(find({ by: ['application'], toDay: localDate(NOON), application: 'curl' })).toEqual([
      [localDate(NOON), null, 'curl', 2],
    ]);
    expect(find({ by: ['model'], key: null })).toEqual([[localDate(NOON), 'other', null, 1]]);
    expect(find({ operation: 'embedding', fromDay: localDate(NOON + DAY) })).toHaveLength(1);
    expect(readRollups(db, names, {})[0]).toMatchObject({ otherRequests: 1, outputTokens: 480 });
  });

  test('leave estimated speeds out of the mean speed, like the totals', () => {
    const rates = (outputTokensPerSecond: number, output: 'derived' | 'estimated') => ({
      rates: { ...record(1).rates, outputTokensPerSecond, provenance: { prompt: null, output } },
    });
    const speeds = (): (number | null)[] =>
      readRollups(db, names, {}).map(({ outputTokensPerSecond }) => outputTokensPerSecond);
    store([record(1, rates(50_000, 'estimated'))]);
    expect(speeds()).toEqual([null]);
    store([record(2, rates(20, 'derived'))]);
    expect(speeds()).toEqual([20]);
  });

  test('count unknown models under no model; their rows are found by the name', async () => {
    store([
      record(1),
      record(2, { model: 'ghost', countedModel: null, error: 'http_error', status: 404 }),
    ]);
    const hour = { from: NOON, to: NOON + 3_600_000, bucketMs: 3_600_000 };
    const { points } = await readSeries(db, names, { ...hour, groupBy: 'model' }, NOON, between);
    const lines = [
      [null, 1, 1],
      ['llama3.2:3b', 1, 0],
    ];
    expect(points.map(({ name, requests, errors }) => [name, requests, errors])).toEqual(lines);
    const rollups = readRollups(db, names, { by: ['model'] });
    expect(rollups.map(({ model, requests, errors }) => [model, requests, errors])).toEqual(lines);
    const top = readTop(db, names, { by: 'model', order: 'errors' });
    expect(top.map(({ name, requests, errors }) => [name, requests, errors])).toEqual(lines);
    const { rows } = activityPage(db, names, { model: 'ghost' });
    expect(rows.map(({ id, model, countedModel }) => [id, model, countedModel])).toEqual([
      [2, 'ghost', null],
    ]);
  });

  test('top lists are in order and exclude requests without inference', () => {
    store([
      record(1, { model: 'big', usage: { ...record(1).usage, outputTokens: 5_000 } }),
      record(2, { model: 'busy' }),
      record(3, { model: 'busy' }),
      record(4, { model: 'listed', inference: false }),
    ]);
    const top = (order: 'requests' | 'outputTokens') =>
      readTop(db, names, { by: 'model', order }).map(({ name }) => name);
    expect(top('requests')).toEqual(['busy', 'big']);
    expect(top('outputTokens')).toEqual(['big', 'busy']);
    expect(readTop(db, names, { by: 'model', order: 'requests', limit: 1 })).toHaveLength(1);
  });
});

describe('export', () => {
  async function whole(query: ExportQuery): Promise<{ text: string; chunks: number }> {
    let text = '';
    let chunks = 0;
    for (let cursor: string | null = null; ; chunks++) {
      const chunk: { text: string; next: string | null } = await exportChunk(
        db,
        names,
        query,
        cursor,
        NOON,
        between,
      );
      text += chunk.text;
      cursor = chunk.next;
      if (cursor === null) return { text, chunks: chunks + 1 };
    }
  }

  const records = Array.from({ length: 1_200 }, (_, n) =>
    record(n + 1, { completedAt: NOON + n * 400_000, model: n === 0 ? '=HYPERLINK("x")' : 'm' }),
  );

  test('returns every record as JSON and as lines of JSON, in pieces', async () => {
    store(records);
    const json = await whole({ what: 'activity', format: 'json', filter: {} });
    expect(json.chunks).toBeGreaterThan(2);
    expect(JSON.parse(json.text)).toEqual(toWire([...records].reverse()));
    const lines = await whole({ what: 'activity', format: 'ndjson', filter: { model: 'm' } });
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(toWire([...records].reverse().slice(0, -1)));
  });

  test('gives CSV with a column for every field, and no formulas', async () => {
    store(records.slice(0, 2));
    const { text } = await whole({ what: 'activity', format: 'csv', filter: {} });
    const [header = '', second = '', first = ''] = text.split('\r\n');
    const leaves = (value: unknown): number =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.values(value).reduce((sum: number, member) => sum + leaves(member), 0)
        : 1;
    expect(header.split(',')).toHaveLength(leaves({ ...records[0], sampling: NO_SAMPLING }));
    expect(first).toContain(`"'=HYPERLINK(""x"")"`);
    expect(second.split(',')[header.split(',').indexOf('usage.output_tokens')]).toBe('240');
    expect(second).toContain('"server said 1 token, 214 chunks seen; server said 0 input tokens"');
  });

  test.each(['series', 'rollups'] as const)('gives %s in every form', async (what) => {
    store(records);
    const json = await whole({ what, format: 'json', filter: {} });
    const items = JSON.parse(json.text) as { requests: number }[];
    expect(items.reduce((sum, { requests }) => sum + requests, 0)).toBe(1_200);
    const csv = await whole({ what, format: 'csv', filter: {} });
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(items.length + 1);
    // Ten records before the end, and one after it in the last minute that starts before it.
    const part = { from: NOON, to: NOON + 4_000_000 };
    const some = await whole({ what, format: 'ndjson', filter: part });
    expect(some.text.trimEnd().split('\n').length).toBe(what === 'series' ? 11 : 2);
  });

  test.each(['activity', 'series', 'rollups'] as const)(
    'of no %s is an empty list',
    async (what) => {
      const { text } = await whole({ what, format: 'json', filter: {} });
      expect(JSON.parse(text)).toEqual([]);
    },
  );
});
