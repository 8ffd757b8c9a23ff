import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder } from '../../../../tests/faults/ledger-support.ts';
import type { GpuReading } from '../../../../shared/gpu.ts';
import type { HistoryColumn, HistoryLine } from '../../../../shared/history.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { append } from './append.ts';
import type { Db } from './database.ts';
import { backfillHour, dimensionsFrom } from './dimension-backfill.ts';
import { readHistory } from './history.ts';
import { readDistribution } from './history-distribution.ts';
import type { HistoryData, PricedHistoryQuery } from './history-query.ts';
import { saveEpisodes } from './episodes.ts';
import { saveMeteringSpans } from './metering-spans.ts';
import { saveOllamaUpstreams } from './model-names.ts';
import { NameReader, NameWriter } from './names.ts';
import { openFile } from './open-file.ts';
import { percentiles } from './percentiles.ts';
import { DEFAULT_RETENTION } from './query-schemas.ts';
import { clear, housekeep } from './retention.ts';
import { flatten } from './rows.ts';
import { readSpeedByContext } from './speed-by-context.ts';
import { uniteModels } from './unite-models.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const between = (): Promise<void> => Promise.resolve();
let db: Db;
let names: NameReader;
let remove = (): void => undefined;

beforeEach(() => {
  const made = temporaryFolder();
  ({ remove } = made);
  db = openFile(join(made.folder, 'ledger.db'), NOON).db;
  names = new NameReader(db);
});
afterEach(() => {
  db.close();
  remove();
});

function store(records: readonly ActivityRecord[]): void {
  const writer = new NameWriter(db);
  for (let begin = 0; begin < records.length; begin += 200) {
    const rows = records.slice(begin, begin + 200).map(flatten);
    append(db, writer, { rows, peaks: [], gpu: [] });
  }
}

/** Traffic of `days` days before noon: an exchange every 7 minutes, of changing models and programs. */
function traffic(days: number, stepMs = 7 * MINUTE): ActivityRecord[] {
  const count = Math.floor((days * DAY) / stepMs);
  return Array.from({ length: count }, (_, n) => {
    const base = record(n + 1);
    return record(n + 1, {
      completedAt: NOON - (count - n) * stepMs,
      model: ['a', 'b', 'c', null][n % 4] ?? null,
      upstream: n % 5 === 0 ? 'vllm' : 'ollama',
      error: n % 11 === 0 ? 'upstream_died' : null,
      inference: n % 13 !== 0,
      usage: { ...base.usage, inputTokens: 10 + (n % 90), outputTokens: n % 300 },
      rates: { ...base.rates, outputTokensPerSecond: 10 + (n % 50) },
      timing: { ...base.timing, timeToFirstTokenMs: 100 + ((n * 37) % 900) },
      energyJoules: n % 3 === 0 ? null : 5,
      client: {
        ...base.client,
        application: ['curl', 'Open WebUI', null][n % 3] ?? null,
        key: n % 2 === 0 ? 'k1' : null,
      },
    });
  });
}

function ask(query: Partial<PricedHistoryQuery> = {}): Promise<HistoryData> {
  const range = { from: NOON - DAY, to: NOON, points: 300, top: 7, prices: null, now: NOON };
  return readHistory(db, names, { ...range, ...query }, between);
}

const total = (column: HistoryColumn): number =>
  column.reduce<number>((sum, value) => sum + (value ?? 0), 0);

function sumsOf(line: HistoryLine): object {
  return {
    requests: total(line.requests),
    errors: total(line.errors),
    input: total(line.inputTokens),
    output: total(line.outputTokens),
    joules: total(line.energyJoules),
  };
}

function expected(records: readonly ActivityRecord[]): object {
  const rows = records.filter(({ inference }) => inference);
  const sum = (of: (row: ActivityRecord) => number | null): number =>
    rows.reduce((all, row) => all + (of(row) ?? 0), 0);
  return {
    requests: rows.length,
    errors: rows.filter(({ error }) => error !== null).length,
    input: sum(({ usage }) => usage.inputTokens),
    output: sum(({ usage }) => usage.outputTokens),
    joules: sum(({ energyJoules }) => energyJoules),
  };
}

const within = (records: readonly ActivityRecord[], { from, to }: { from: number; to: number }) =>
  records.filter(({ completedAt }) => completedAt >= from && completedAt < to);

const namesOf = ({ countedModel, upstream, client }: ActivityRecord) => ({
  ...{ model: countedModel, upstream, application: client.application, key: client.key },
});

describe('a history', () => {
  const SPANS = [15 * MINUTE, 6 * HOUR, DAY, 20 * DAY];

  test('of any length adds up to its rows, in total and by line', async () => {
    const records = [...traffic(21, 4 * HOUR), ...traffic(1, 20 * MINUTE)].map((row, n) => ({
      ...row,
      id: n + 1,
    }));
    store(records);
    for (const span of SPANS) {
      for (const by of [undefined, 'model', 'upstream', 'application', 'key'] as const) {
        const found = await ask({ from: NOON - span, by });
        expect(found.at.length).toBeLessThanOrEqual(301);
        expect(sumsOf(found.total)).toEqual(expected(within(records, found)));
        const isKnown = found.total.requests.some((value) => value !== null);
        expect(found.total.sums).toMatchObject({
          requests: isKnown ? total(found.total.requests) : null,
          outputTokens: isKnown ? total(found.total.outputTokens) : null,
        });
        if (by === undefined || span > HOUR) {
          expect(found.lines.length > 0).toBe(by !== undefined);
        }
        for (const line of found.lines) {
          const own = records.filter((row) => namesOf(row)[by!] === line.name);
          expect(sumsOf(line)).toEqual(expected(within(own, found)));
        }
      }
    }
  });

  test.each([
    ['sums', { model: 'a' }],
    ['sums', { application: 'curl' }],
    ['sums', { key: null }],
    ['sums', { model: 'b', upstream: 'ollama' }],
    ['rows', { model: 'b', application: 'curl' }],
    ['rows', { operation: 'chat' }],
  ] as const)('with a filter is read from %s: %j', async (source, filter) => {
    const records = traffic(1);
    store(records);
    const found = await ask(filter);
    const own = records.filter((row) =>
      Object.entries(filter).every(
        ([name, value]) =>
          name === 'operation' || new Map(Object.entries(namesOf(row))).get(name) === value,
      ),
    );
    expect(found.source).toBe(source);
    expect(found.coveredFrom).toBeNull();
    expect(sumsOf(found.total)).toEqual(expected(within(own, found)));
  });

  test('has percentiles by bucket within 1 %, the same from sums and rows', async () => {
    const records = traffic(0.2, MINUTE);
    store(records);
    const range = { from: NOON - 4 * HOUR, points: 4 };
    const sums = await ask(range);
    const rows = await ask({ ...range, operation: 'chat' });
    expect([sums.source, rows.source, sums.bucketMs]).toEqual(['sums', 'rows', HOUR]);
    expect(rows.total).toEqual(sums.total);
    const first = within(records, { from: sums.at[0]!, to: sums.at[1]! }).filter(
      (row) => row.inference,
    );
    const times = first.map(({ timing }) => timing.timeToFirstTokenMs!).sort((a, b) => a - b);
    const median = times[Math.ceil(times.length / 2) - 1]!;
    expect(Math.abs(sums.total.timeToFirstTokenMs.p50[0]! / median - 1)).toBeLessThan(0.011);
    const { p5, p50, p95 } = sums.total.outputTokensPerSecond;
    expect(p5[0]!).toBeLessThan(p50[0]!);
    expect(p50[0]!).toBeLessThan(p95[0]!);
  });

  test('sums the smaller lines as others', async () => {
    const records = traffic(1);
    store(records);
    const { lines, total: all } = await ask({ by: 'model', top: 2 });
    expect(lines.map(({ isOthers }) => isOthers)).toEqual([false, false, true]);
    const requests = lines.map((line) => total(line.requests));
    expect(requests.reduce((sum, one) => sum + one, 0)).toBe(total(all.requests));
  });

  test('has hours for ranges whose minutes were deleted', async () => {
    const records = traffic(40, 6 * HOUR);
    store(records);
    const old = { from: NOON - 39 * DAY, to: NOON - 38 * DAY };
    const found = await ask(old);
    expect(found.bucketMs).toBe(HOUR);
    expect(sumsOf(found.total)).toEqual(expected(within(records, found)));
  });

  test('costs what the energy of each hour cost, and nothing where a price is unknown', async () => {
    store([record(1, { completedAt: NOON - 3 * HOUR }), record(2, { completedAt: NOON - HOUR })]);
    const prices = { firstHour: (NOON - 4 * HOUR) / HOUR, perKwh: [0.1, 0.2, null, null] };
    const { total: line } = await ask({ from: NOON - 4 * HOUR, points: 4, prices });
    expect(line.energyJoules).toEqual([null, 12.5, null, 12.5]);
    expect(line.cost).toEqual([null, expect.closeTo((12.5 / 3_600_000) * 0.2, 12), null, null]);
    expect((await ask({ points: 4 })).total.cost).toEqual([null, null, null, null]);
  });
});

describe('metering that was off', () => {
  test('is null and a time apart; no request in a metered bucket is 0', async () => {
    store([record(1, { completedAt: NOON - 30 * MINUTE })]);
    saveMeteringSpans(db, [
      { began: NOON - 4 * HOUR, ended: NOON - 3 * HOUR },
      { began: NOON - HOUR, ended: NOON - 20_000 },
    ]);
    const found = await ask({ from: NOON - 5 * HOUR, to: NOON + HOUR, points: 6 });
    expect(found.total.requests).toEqual([null, 0, null, null, 1, null]);
    expect(found.off).toEqual([{ from: NOON - 3 * HOUR, to: NOON - HOUR }]);
    const later = await ask({ from: NOON - 2 * HOUR, to: NOON + HOUR, points: 6 });
    expect(later.off).toEqual([{ from: NOON - 2 * HOUR, to: NOON - HOUR }]);
  });

  test('is a time in which traffic passed unmetered, however short', async () => {
    saveMeteringSpans(db, [{ began: NOON - 2 * HOUR, ended: NOON - 20_000 }]);
    const [from, to] = [NOON - HOUR, NOON - HOUR + 4_000];
    const gap = { kind: 'unmetered', key: '', beganAt: from, seenAt: to, endedAt: to } as const;
    saveEpisodes(db, [{ ...gap, json: '{}' }]);
    const found = await ask({ from: NOON - 3 * HOUR, to: NOON, points: 6 });
    expect(found.off).toEqual([{ from, to }]);
    expect(found.total.requests).toEqual([null, null, 0, 0, 0, 0]);
    expect((await ask({ from: NOON - HOUR / 2, to: NOON, points: 6 })).off).toEqual([]);
  });

  test('is not the time before the first, when there was no Tokwatt', async () => {
    expect((await ask({ from: NOON - 5 * DAY })).off).toEqual([]);
    saveMeteringSpans(db, [{ began: NOON - HOUR, ended: NOON }]);
    const found = await ask({ from: NOON - 5 * DAY, points: 120 });
    expect(found.off).toEqual([]);
    expect(found.total.requests.slice(0, 100).every((value) => value === null)).toBe(true);
  });
});

function gpu(powerW: number | null, index = 0): GpuReading {
  return {
    ...{ index, id: `GPU-${index}`, name: 'A card', vendor: 'nvidia', utilizationPercent: 40 },
    ...{
      memoryUsedBytes: 1_000,
      memoryTotalBytes: 4_000,
      temperatureC: 55,
      powerW,
      powerLimitW: null,
    },
  };
}

describe('readings of GPUs', () => {
  const samples = [
    { at: NOON - 300_000, gpus: [gpu(100), gpu(50, 1)] },
    { at: NOON - 299_000, gpus: [gpu(300), gpu(50, 1)] },
    { at: NOON - 298_000, gpus: [gpu(100), gpu(null, 1)] },
  ];

  test.each([
    ['sums', 5 * HOUR],
    ['samples', 10 * MINUTE],
  ])('are added up from %s and keep the least and the greatest', async (_, span) => {
    append(db, new NameWriter(db), { rows: [], peaks: [], gpu: samples });
    // A batch is sent again if its acknowledgement was lost.
    append(db, new NameWriter(db), { rows: [], peaks: [], gpu: samples });
    const { powerW, memoryUsedBytes } = (await ask({ from: NOON - span, points: 60 })).gpu;
    const known = (column: HistoryColumn): HistoryColumn =>
      column.filter((value) => value !== null);
    expect([powerW.min, powerW.mean, powerW.max].map(known)).toEqual([[150], [250], [350]]);
    expect(known(memoryUsedBytes.mean)).toEqual([2_000]);
  });
});

describe('sums by dimension', () => {
  const dump = (): unknown =>
    db.rows(
      `SELECT span, dimension, at, name, requests, errors, input_tokens, output_tokens, energy_joules,
       rate_sum, CAST(latency AS BLOB), CAST(ttft AS BLOB), CAST(rate AS BLOB) FROM dimension_series
       ORDER BY 1, 2, 3, 4`,
    );

  test('of an earlier version are made hour by hour, and until then are unknown', async () => {
    const records = traffic(2, HOUR / 2);
    store(records);
    const live = dump();
    const gpus = [{ at: NOON - 5 * HOUR, gpus: [gpu(100)] }];
    append(db, new NameWriter(db), { rows: [], peaks: [], gpu: gpus });
    db.exec('DELETE FROM dimension_series; DELETE FROM gpu_total');
    db.run(`UPDATE meta SET value = ? WHERE key = 'dimensions_from'`, [NOON / MINUTE + 60]);
    expect((await ask()).coveredFrom).toBe(NOON + HOUR);
    expect(total((await ask()).total.requests)).toBe(0);
    backfillHour(db);
    // New exchanges of an hour that is made later are in it once.
    store([record(9_001, { completedAt: NOON - 2 * HOUR })]);
    let steps = 1;
    for (; backfillHour(db); steps += 1) expect(steps).toBeLessThan(100);
    expect(steps).toBeGreaterThan(45);
    expect(dimensionsFrom(db)).toBe(0);
    const all = [...records, record(9_001, { completedAt: NOON - 2 * HOUR })];
    expect(sumsOf((await ask()).total)).toEqual(expected(within(all, await ask())));
    expect((await ask()).gpu.powerW.max.filter((value) => value !== null)).toEqual([100]);
    expect((await ask()).off).toEqual([]);
    db.run('DELETE FROM activity WHERE id = 9001');
    expect((dump() as unknown[]).length).toBeGreaterThanOrEqual((live as unknown[]).length);
  });

  test('that are made anew are the same as those that were added up', () => {
    store(traffic(1, HOUR / 4));
    const live = dump();
    db.run(`UPDATE meta SET value = ? WHERE key = 'dimensions_from'`, [NOON / MINUTE + 60]);
    while (backfillHour(db));
    expect(dump()).toEqual(live);
  });

  test('follow models that get one name', async () => {
    store([
      record(1, { model: 'm:latest', completedAt: NOON - HOUR }),
      record(2, { model: 'm', completedAt: NOON - HOUR }),
      record(3, { model: 'm:latest', upstream: 'vllm', completedAt: NOON - HOUR }),
    ]);
    const lines = async (): Promise<unknown> =>
      (await ask({ by: 'model' })).lines.map(({ name, requests }) => [name, total(requests)]);
    expect(await lines()).toEqual([
      ['m:latest', 2],
      ['m', 1],
    ]);
    saveOllamaUpstreams(db, ['ollama']);
    for (const step of uniteModels(db, new NameWriter(db), 'ollama')) expect(step).toBeUndefined();
    expect(await lines()).toEqual([
      ['m', 2],
      ['m:latest', 1],
    ]);
  });

  test('are deleted with their age, and with the other sums', () => {
    store(traffic(60, 6 * HOUR));
    saveMeteringSpans(db, [{ began: 1, ended: 2 }]);
    const oldest = (span: number): number =>
      db.number('SELECT min(at) FROM dimension_series WHERE span = ?', [span])! * MINUTE;
    for (let steps = 0; housekeep(db, new NameWriter(db), DEFAULT_RETENTION, NOON); steps += 1) {
      expect(steps).toBeLessThan(5_000);
    }
    expect(oldest(5)).toBeGreaterThan(NOON - 32 * DAY);
    expect(oldest(60)).toBeLessThan(NOON - 59 * DAY);
    expect(db.number('SELECT count(*) FROM metering_span')).toBe(0);
    clear(db, 'metrics');
    expect(db.number('SELECT count(*) FROM dimension_series')).toBe(0);
  });
});

describe('speed by context', () => {
  const context = (n: number, tokens: number, changes: Partial<ActivityRecord> = {}) =>
    record(n, {
      completedAt: NOON - n * 1_000,
      usage: { ...record(1).usage, inputTokens: tokens },
      rates: { ...record(1).rates, outputTokensPerSecond: 100 - tokens / 1_000 },
      ...changes,
    });

  test('is thinned to 500 points over all contexts, with deciles by powers of two', async () => {
    store(
      Array.from({ length: 600 }, (_, n) =>
        context(n + 1, 1 + n * 10, { completedAt: NOON - n * 120_000 }),
      ),
    );
    const query = { model: 'llama3.2:3b', days: 1, now: NOON };
    const found = await readSpeedByContext(db, names, query, between);
    expect(found).toMatchObject({ exchanges: 600, isSample: false });
    expect(found.points).toHaveLength(500);
    const contexts = found.points.map(({ contextTokens }) => contextTokens);
    expect([contexts[0], contexts.at(-1)]).toEqual([1, 5_991]);
    expect(contexts).toEqual([...contexts].sort((a, b) => a - b));
    const last = found.bins.at(-1)!;
    expect([last.from, last.to]).toEqual([4_096, 8_192]);
    expect(last.outputTokensPerSecond).toMatchObject({ count: 190, p10: 94.189, p90: 95.709 });
  });

  test('is a sample if a part of the range has very many exchanges', async () => {
    store(Array.from({ length: 210 }, (_, n) => context(n + 1, 100)));
    const query = { model: 'llama3.2:3b', days: 1, now: NOON };
    expect(await readSpeedByContext(db, names, query, between)).toMatchObject({
      ...{ exchanges: 200, isSample: true },
    });
  });

  test('leaves out estimated speeds and other models', async () => {
    const guess = { prompt: 'estimated', output: 'estimated' } as const;
    store([
      context(1, 100),
      context(2, 200, { rates: { ...record(2).rates, provenance: guess } }),
      context(3, 300, { model: 'other' }),
    ]);
    const query = { model: 'llama3.2:3b', days: 1, now: NOON };
    const { points } = await readSpeedByContext(db, names, query, between);
    expect(points).toMatchObject([{ id: 1, contextTokens: 100, promptTokensPerSecond: 812.5 }]);
  });
});

describe('a distribution', () => {
  test('has a histogram of all values and the share under a target', async () => {
    const records = traffic(1.2, 5 * MINUTE);
    store(records);
    const range = { from: NOON - DAY, to: NOON, model: 'a' };
    const found = await readDistribution(db, names, { ...range, ttftTargetMs: 500 }, between);
    const own = within(records, range).filter((row) => row.inference && row.model === 'a');
    const { bars, count } = found.timeToFirstTokenMs;
    expect(count).toBe(own.length);
    expect(bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(own.length);
    expect(bars.length).toBeLessThanOrEqual(40);
    const under = own.filter(({ timing }) => timing.timeToFirstTokenMs! <= 500).length;
    expect(Math.abs(found.underTarget! - under / own.length)).toBeLessThan(0.03);
    const none = await readDistribution(
      db,
      names,
      { ...range, model: 'never', ttftTargetMs: 5 },
      between,
    );
    expect(none).toMatchObject({
      underTarget: null,
      timeToFirstTokenMs: { count: 0, p50: null, bars: [] },
    });
  });

  test('gives the percentiles of a program after its rows were deleted', async () => {
    const records = traffic(1, 5 * MINUTE);
    store(records);
    const exact = await percentiles(db, names, { application: 'curl' }, between);
    clear(db, 'logs');
    const summed = await percentiles(db, names, { application: 'curl' }, between);
    expect([exact.method, summed.method]).toEqual(['rows', 'sketch']);
    for (const figure of ['latencyMs', 'timeToFirstTokenMs', 'outputTokensPerSecond'] as const) {
      expect(summed[figure].count).toBe(exact[figure].count);
      expect(Math.abs(summed[figure].p95! / exact[figure].p95! - 1)).toBeLessThan(0.011);
    }
  });
});
