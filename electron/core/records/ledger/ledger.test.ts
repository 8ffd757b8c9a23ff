import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { NOON, record } from '../../../../tests/faults/ledger-records.ts';
import { temporaryFolder, workerBundle } from '../../../../tests/faults/ledger-support.ts';
import { SILENT_LOG } from '../../log.ts';
import { openLedger } from './open-ledger.ts';
import type { Ledger, LedgerOptions } from './ledger.ts';
import { NO_PROGRESS } from '../../../../shared/live-exchange.ts';

let folder = '';
let remove = (): void => undefined;
const open: Ledger[] = [];

beforeEach(() => ({ folder, remove } = temporaryFolder()));
afterEach(async () => {
  await Promise.all(open.splice(0).map((ledger) => ledger.close()));
  remove();
});

async function opened(options: Partial<LedgerOptions> = {}): Promise<Ledger> {
  const ledger = openLedger({
    file: join(folder, 'ledger.db'),
    log: SILENT_LOG,
    workerPath: await workerBundle(),
    ...options,
  });
  open.push(ledger);
  await ledger.ready;
  return ledger;
}

async function all(ledger: Ledger, after = 0, before?: number): Promise<ActivityRecord[]> {
  const records: ActivityRecord[] = [];
  for await (const batch of ledger.recordsAfter(after, before)) records.push(...batch);
  return records;
}

test('keeps every field of a record through a restart', async () => {
  const kept = [
    record(1),
    record(2, {
      model: null,
      responseModel: 'a "quoted" name\n',
      stream: null,
      status: null,
      error: 'upstream_died',
      completed: false,
      inference: false,
      readable: false,
      contentChunks: null,
      energyJoules: null,
      features: { tools: true, structuredOutput: true, images: false, thinking: true },
      client: {
        ...{ application: null, address: '::1', key: null, origin: 'http://x', tag: '=1+1' },
        process: null,
        claimsHop: true,
      },
      usage: {
        inputTokens: 0,
        cachedInputTokens: null,
        outputTokens: 9_007_199_254_740,
        reasoningTokens: 3,
        provenance: {
          input: 'estimated',
          cachedInput: null,
          output: 'derived',
          reasoning: 'reported',
        },
      },
      rates: {
        promptTokensPerSecond: null,
        outputTokensPerSecond: 0.1,
        provenance: { prompt: null, output: 'estimated' },
      },
    }),
    record(3, { model: 'ghost', countedModel: null, error: 'http_error' }),
    record(4, { model: 'asked', countedModel: 'counted' }),
    record(5, { model: null, countedModel: 'counted' }),
  ];
  const first = await opened();
  for (const one of kept) first.append(one);
  await first.close();

  const second = await opened();
  expect(second.lastId()).toBe(5);
  expect(await all(second)).toEqual(kept);
  expect(await second.activity(2)).toEqual(kept[1]);
  expect(await second.activity(9)).toBeNull();
});

test('reports every record once, in order, after it was stored', async () => {
  const reported: number[] = [];
  const ledger = await opened({
    queue: { flushMs: 5 },
    onCommitted: (records) => reported.push(...records.map(({ id }) => id)),
  });
  for (let id = 1; id <= 1_003; id++) ledger.append(record(id));
  expect(reported).toEqual([]);
  await ledger.flush();
  expect(reported).toEqual(Array.from({ length: 1_003 }, (_, index) => index + 1));
  expect((await all(ledger)).map(({ id }) => id)).toEqual(reported);
  expect(ledger.lastId()).toBe(1_003);
  expect((await all(ledger, 500, 503)).map(({ id }) => id)).toEqual([501, 502]);
});

test('flushes by itself', async () => {
  let reported = 0;
  const done = new Promise<void>((resolve) => {
    void opened({
      queue: { flushMs: 20 },
      onCommitted: (records) => {
        reported += records.length;
        resolve();
      },
    }).then((ledger) => ledger.append(record(1)));
  });
  await done;
  expect(reported).toBe(1);
});

test('reports a row whose id is taken as dropped, and keeps the first', async () => {
  const dropped: number[] = [];
  const committed: number[] = [];
  const warnings: string[] = [];
  const first = await opened();
  first.append(record(7, { model: 'first' }));
  await first.close();
  const second = await opened({
    onDropped: (records) => dropped.push(...records.map(({ id }) => id)),
    onCommitted: (records) => committed.push(...records.map(({ id }) => id)),
    onWarning: (message) => warnings.push(englishOf(message)),
  });
  second.append(record(6));
  second.append(record(7, { model: 'second', completedAt: NOON }));
  second.append(record(8));
  await second.flush();
  expect(dropped).toEqual([7]);
  expect(committed).toEqual([6, 8]);
  expect(warnings).toHaveLength(1);
  expect(second.state).toMatchObject({ status: 'ok', waiting: 0, dropped: 1 });
  expect((await second.activity(7))?.model).toBe('first');
});

test('stores a repeated row only once, including its sums', async () => {
  const ledger = await opened();
  ledger.append(record(1));
  await ledger.flush();
  ledger.append(record(1));
  await ledger.flush();
  expect(ledger.state.dropped).toBe(0);
  expect(await ledger.rollups({})).toMatchObject([{ requests: 1, outputTokens: 240 }]);
});

test('a row that cannot be stored does not block the others', async () => {
  const dropped: number[] = [];
  const ledger = await opened({ onDropped: (rows) => dropped.push(...rows.map(({ id }) => id)) });
  ledger.append(record(1));
  ledger.append(record(2, { bytesIn: Number.NaN }));
  ledger.append(record(3));
  await ledger.flush();
  expect(dropped).toEqual([2]);
  expect((await all(ledger)).map(({ id }) => id)).toEqual([1, 3]);
  expect(await ledger.rollups({})).toMatchObject([{ requests: 2 }]);
});

test('keeps the most exchanges in flight', async () => {
  const ledger = await opened();
  const live = (model: string) => ({
    id: 'x',
    startedAt: 0,
    upstream: 'ollama',
    api: 'ollama' as const,
    operation: 'chat' as const,
    endpoint: '/api/chat',
    model: `${model}:latest`,
    countedModel: model,
    application: null,
    sessionId: null,
    sessionSource: null,
    phase: 'waiting' as const,
    inputTokens: null,
    outputTokensSoFar: 0,
    progress: NO_PROGRESS,
  });
  ledger.noteInFlight([live('a'), live('a'), live('b')], true);
  ledger.noteInFlight([live('a')], true);
  await ledger.flush();
  const range = { from: Date.now() - 120_000, to: Date.now() + 120_000, bucketMs: 60_000 };
  const peaks = async (query: object) =>
    (await ledger.series({ ...range, ...query })).points.map((point) => point.inFlightPeak);
  expect(Math.max(...(await peaks({})).map(Number))).toBe(3);
  expect(Math.max(...(await peaks({ model: 'a' })).map(Number))).toBe(2);
  expect(Math.max(...(await peaks({ model: 'b' })).map(Number))).toBe(1);
});

test('merges the names of a model, also of waiting rows and of an imported ledger', async () => {
  const names = (ledger: Ledger) => async () =>
    (await ledger.top({ by: 'model', order: 'requests' })).map(({ name }) => name);
  const ledger = await opened();
  ledger.append(record(1, { model: 'plain:latest' }));
  ledger.noteOllama(['ollama']);
  await expect.poll(names(ledger)).toEqual(['plain']);
  const other = await opened({ file: join(folder, 'other.db') });
  other.append(record(1, { model: 'library/old' }));
  other.append(record(2, { model: 'a:latest', upstream: 'vllm' }));
  await other.flush();
  await other.backup(join(folder, 'backup.db'));
  await ledger.importBackup(join(folder, 'backup.db'));
  await expect.poll(names(ledger)).toEqual(expect.arrayContaining(['old', 'a:latest']));
  expect(await ledger.activity(1)).toMatchObject({ model: 'library/old', countedModel: 'old' });
});

test('keeps GPU samples and answers by bucket', async () => {
  const ledger = await opened();
  for (let second = 0; second < 4; second++) {
    ledger.appendGpu({
      status: 'live',
      source: 'nvidia-smi',
      note: null,
      noteSentence: null,
      at: NOON + second * 1_000,
      gpus: [
        {
          index: 0,
          id: 'GPU-1',
          name: 'A card',
          vendor: 'nvidia',
          utilizationPercent: second * 10,
          memoryUsedBytes: 1_000,
          memoryTotalBytes: 4_000,
          temperatureC: null,
          powerW: 100 + second,
          powerLimitW: null,
        },
      ],
    });
  }
  await ledger.flush();
  const points = await ledger.gpu({ from: NOON, to: NOON + 4_000, bucketMs: 2_000 });
  expect(points).toMatchObject([
    {
      at: NOON,
      id: 'GPU-1',
      utilizationPercent: 5,
      powerMin: 100,
      powerMax: 101,
      temperatureC: null,
    },
    {
      at: NOON + 2_000,
      utilizationPercent: 25,
      utilizationMin: 20,
      utilizationMax: 30,
      powerW: 102.5,
    },
  ]);
});

test('captures are returned unchanged, or cut if too long', async () => {
  const ledger = await opened({ captureLimits: { maxBodyBytes: 10 } });
  const content = {
    request: { headers: [['A', 'b']] as const, body: Buffer.from('short'), bodyBytes: 5 },
    response: { headers: [], body: Buffer.from('far too long a body'), bodyBytes: 19 },
  };
  expect(await ledger.saveCapture(5, NOON, content)).toBe(true);
  const stored = await ledger.readCapture(5);
  expect(stored?.request).toMatchObject({ headers: [['A', 'b']], truncated: false });
  expect(Buffer.from(stored?.request.body ?? []).toString()).toBe('short');
  expect(stored?.response).toMatchObject({ bodyBytes: 19, truncated: true });
  expect(Buffer.from(stored?.response.body ?? []).toString()).toBe('far too lo');
  expect(await ledger.readCapture(6)).toBeNull();
});

test('deletes only the requested parts, and never reuses an id', async () => {
  const ledger = await opened();
  for (let id = 1; id <= 3; id++) ledger.append(record(id));
  await ledger.flush();
  await ledger.clear('logs');
  expect(await all(ledger)).toEqual([]);
  expect(await ledger.rollups({})).toMatchObject([{ requests: 3 }]);
  await ledger.clear('metrics');
  expect(await ledger.rollups({})).toEqual([]);
  await ledger.close();
  expect((await opened()).lastId()).toBe(3);
});

test('summarises the stored data', async () => {
  const ledger = await opened();
  for (let id = 1; id <= 3; id++) ledger.append(record(id));
  await ledger.flush();
  const storageSummary = await ledger.storageSummary();
  expect(storageSummary.activity).toMatchObject({
    rows: 3,
    oldest: NOON + 1_000,
    newest: NOON + 3_000,
  });
  expect(storageSummary.activity.bytes).toBeGreaterThan(0);
  expect(storageSummary.series).toMatchObject({ rows: 2, oldest: NOON });
  expect(storageSummary.rollups.rows).toBe(1);
  expect(storageSummary.captures).toEqual({ rows: 0, bytes: 8192, oldest: null, newest: null });
  expect(storageSummary.fileBytes).toBeGreaterThanOrEqual(storageSummary.activity.bytes);
});

test.skipIf(process.platform === 'win32')('is readable by its owner alone', async () => {
  const ledger = await opened();
  ledger.append(record(1));
  await ledger.flush();
  for (const suffix of ['', '-wal', '-shm']) {
    expect(statSync(join(folder, `ledger.db${suffix}`)).mode & 0o777).toBe(0o600);
  }
});

test('a closed or unopened ledger answers with the reason', async () => {
  const ledger = await opened({ workerPath: join(folder, 'nowhere.cjs') });
  expect(ledger.state.status).toBe('degraded');
  await expect(ledger.page({})).rejects.toMatchObject({ code: 'ledger-unavailable', status: 503 });
});

test('energy that comes after a row is stored once, in the row and in every sum', async () => {
  const ledger = await opened();
  const later = { energyJoules: null, energyParts: null };
  ledger.append(record(1));
  ledger.append({ ...record(2), ...later }, false);
  await ledger.flush();
  expect([ledger.lastId(), ledger.lastCompleteId()]).toEqual([2, 1]);
  const energy = { energyJoules: 50, energyParts: record(2).energyParts };
  ledger.complete({ ...record(2), ...energy });
  // As after a lost acknowledgement.
  ledger.complete({ ...record(2), ...energy });
  await ledger.flush();
  expect(ledger.lastCompleteId()).toBe(2);
  expect(await ledger.activity(2)).toMatchObject(energy);
  const expected = (record(1).energyJoules ?? 0) + 50;
  const rollups = await ledger.rollups({ by: ['model'] });
  expect(rollups[0]).toMatchObject({ requests: 2, energyJoules: expected });
  const { points } = await ledger.series({
    from: NOON - 3_600_000,
    to: NOON + 3_600_000,
    bucketMs: 60_000,
  });
  const sum = points.reduce((joules, point) => joules + (point.energyJoules ?? 0), 0);
  expect(sum).toBeCloseTo(expected, 6);
});

test('a row whose energy turns out to be unknown is complete', async () => {
  const ledger = await opened();
  ledger.append({ ...record(1), energyJoules: null, energyParts: null }, false);
  await ledger.flush();
  ledger.complete({ ...record(1), energyJoules: null, energyParts: null });
  expect(ledger.lastCompleteId()).toBe(1);
});
