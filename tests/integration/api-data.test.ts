import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Db } from '../../electron/core/records/ledger/database.ts';
import { chat, chats, keepChatting } from '../support/chats.ts';
import { allRows, ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

interface Tally {
  readonly requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}
interface Counters {
  readonly since: number;
  readonly all: Tally;
  readonly by: Readonly<Record<string, readonly (Tally & { readonly name: string })[]>>;
}
interface Job {
  readonly name: string;
  readonly running: boolean;
  readonly run_time_ms: number;
  readonly runs: readonly object[];
  readonly tally: Tally;
}
type Part = 'activity' | 'series' | 'rollups' | 'gpu_samples' | 'captures';
type Summary = Readonly<Record<Part, { readonly rows: number }>>;

let upstream: RecordedUpstream;
let folder: string;
const running: Headless[] = [];

/** Starts on a data folder of the test's own, by name. */
async function start(name = 'data', env: Record<string, string> = {}): Promise<Headless> {
  const dataDir = join(folder, name);
  const args = ['--upstream', upstream.url, '--log-level', 'error'];
  const tokwatt = await startHeadless({ args, dataDir, env });
  running.push(tokwatt);
  return tokwatt;
}

async function totals(tokwatt: Headless): Promise<Tally> {
  return (await ask<{ totals: Tally }>(tokwatt, 'GET', '/api/usage')).totals;
}

const counted = (requests: number): Tally => ({
  requests,
  input_tokens: requests * INPUT_TOKENS,
  output_tokens: requests * OUTPUT_TOKENS,
});

async function end(tokwatt: Headless, signal: NodeJS.Signals): Promise<number | null> {
  running.splice(running.indexOf(tokwatt), 1);
  return tokwatt.stop(signal);
}
const kill = (tokwatt: Headless): Promise<number | null> => end(tokwatt, 'SIGKILL');

beforeAll(async () => {
  upstream = await startRecordedUpstream();
});
afterAll(() => upstream.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-api-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((tokwatt) => tokwatt.stop()));
  rmSync(folder, { recursive: true, force: true });
});

describe('backup and import', () => {
  it('copies the ledger while traffic runs, and restores the copy later', async () => {
    const tokwatt = await start();
    const file = join(folder, 'backup.db');
    await chats(tokwatt, 40);
    await tokwatt.activity(40);
    const load = keepChatting(tokwatt);
    const { bytes } = await ask<{ bytes: number }>(tokwatt, 'POST', '/api/data/backup', { file });
    const statuses = await load.stop();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statSync(file)).toMatchObject({ size: bytes, mode: 0o100600 });
    const copy = new Db(file, 0);
    expect(copy.row('PRAGMA integrity_check')).toEqual(['ok']);
    const kept = copy.number('SELECT count(*) FROM activity')!;
    copy.close();
    const sent = 40 + statuses.length;
    expect(kept).toBeGreaterThanOrEqual(40);
    expect(kept).toBeLessThanOrEqual(sent);
    await chats(tokwatt, 5);
    const before = (await tokwatt.activity(sent + 5)).map((row) => row.id);

    const imported = await ask<{ rows: number; set_aside: string }>(
      tokwatt,
      'POST',
      '/api/data/import',
      { file },
    );
    expect(imported.rows).toBe(kept);
    expect(existsSync(imported.set_aside)).toBe(true);
    expect(await totals(tokwatt)).toMatchObject(counted(sent + 5));
    expect(await allRows(tokwatt)).toHaveLength(kept);
    expect((await call(tokwatt, 'GET', `/api/activity/${Math.max(...before)}`)).status).toBe(404);
    await chat(tokwatt);
    const ids = (await tokwatt.activity(kept + 1)).map((row) => row.id);
    expect(ids[0]).toBeGreaterThan(Math.max(...before));
    expect(await end(tokwatt, 'SIGTERM')).toBe(0);

    const again = await start();
    expect(await totals(again)).toMatchObject(counted(sent + 6));
    expect((await allRows(again)).map((row) => row.id)).toEqual(ids);
  });

  it('lists the exchanges of an imported history and never counts them', async () => {
    const long = await start('long');
    const file = join(folder, 'backup.db');
    await chats(long, 40, { model: 'theirs:1b' });
    await long.activity(40);
    await ask(long, 'POST', '/api/data/backup', { file });
    const own = await start('own');
    await chats(own, 3);
    await own.activity(3);
    expect(await ask(own, 'POST', '/api/data/import', { file })).toMatchObject({ rows: 40 });
    expect(await ask(own, 'GET', '/api/activity/2')).toMatchObject({ model: 'theirs:1b' });
    await kill(own);

    const second = await start('own');
    expect(await totals(second)).toMatchObject(counted(3));
    await chat(second);
    expect((await second.activity(41))[0]).toMatchObject({ id: 41, model: MODEL });
    await kill(second);
    const third = await start('own');
    expect(await totals(third)).toMatchObject(counted(4));
    const { models } = await ask<{ models: object }>(third, 'GET', '/api/usage');
    expect(Object.keys(models)).toEqual([MODEL]);
  });
});

describe('clearing', () => {
  const gpu =
    '0, GPU-1, 96, 21310, 24564, 47, 315.00, 315.00, 318.42, 450.00, 450.00, 8.9, 00000000:01:00.0, Card';

  /** A machine with a GPU, as far as its tool tells, and with captures on. */
  async function startFull(): Promise<Headless> {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'nvidia-smi'), `#!/bin/sh\nwhile sleep 0.2; do echo '${gpu}'; done\n`);
    chmodSync(join(bin, 'nvidia-smi'), 0o755);
    mkdirSync(join(folder, 'data'));
    const settings = JSON.stringify({ captures: { enabled: true }, gpuIntervalMs: 250 });
    writeFileSync(join(folder, 'data', 'settings.json'), settings);
    return start('data', { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` });
  }

  async function storageSummary(tokwatt: Headless): Promise<Record<Part, number>> {
    await allRows(tokwatt);
    const summary = await ask<Summary>(tokwatt, 'GET', '/api/data/summary');
    const parts = ['activity', 'series', 'rollups', 'gpu_samples', 'captures'] as const;
    return Object.fromEntries(parts.map((part) => [part, summary[part].rows])) as Record<
      Part,
      number
    >;
  }

  async function fill(tokwatt: Headless, least: number): Promise<Record<Part, number>> {
    await chats(tokwatt, 4);
    for (let tries = 0; tries < 100; tries += 1) {
      const held = await storageSummary(tokwatt);
      if (held.gpu_samples > 0 && held.captures >= least) return held;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never filled: ${JSON.stringify(await storageSummary(tokwatt))}`);
  }

  it('removes only the named data, and never totals', async () => {
    const tokwatt = await startFull();
    const clear = (what: string): Promise<object> =>
      ask(tokwatt, 'DELETE', `/api/data/${what}`, { confirm: true });
    const full = await fill(tokwatt, 4);
    expect(full).toMatchObject({ activity: 4, captures: 4 });
    for (const rows of Object.values(full)) expect(rows).toBeGreaterThan(0);
    const { points } = await ask<{ points: { name: string; power_w: number }[] }>(
      tokwatt,
      'GET',
      `/api/gpu/history?from=${Date.now() - 600_000}&to=${Date.now() + 1_000}&bucket_ms=600000`,
    );
    expect(points[0]).toMatchObject({ name: 'Card', power_w: 318.42, utilization_percent: 96 });

    expect(await clear('captures')).toEqual({ cleared: 'captures' });
    const { gpu_samples: samples, ...uncaptured } = await storageSummary(tokwatt);
    expect(uncaptured).toMatchObject({ activity: 4, series: full.series, captures: 0 });
    expect(uncaptured.rollups).toBe(full.rollups);
    expect(samples).toBeGreaterThanOrEqual(full.gpu_samples);

    expect(await clear('metrics')).toEqual({ cleared: 'metrics' });
    expect(await storageSummary(tokwatt)).toMatchObject({ activity: 4, series: 0, rollups: 0 });

    const refilled = await fill(tokwatt, 4);
    expect(refilled).toMatchObject({ activity: 8, captures: 4 });
    await clear('logs');
    expect(await storageSummary(tokwatt)).toMatchObject({
      activity: 0,
      series: refilled.series,
      rollups: refilled.rollups,
    });
    expect(await allRows(tokwatt)).toEqual([]);
    expect((await call(tokwatt, 'GET', '/api/activity/8')).status).toBe(404);

    await fill(tokwatt, 4);
    await clear('all');
    const empty = await storageSummary(tokwatt);
    expect(empty).toMatchObject({ activity: 0, series: 0, rollups: 0, captures: 0 });
    expect(await totals(tokwatt)).toMatchObject(counted(12));
    await kill(tokwatt);

    const again = await start();
    expect(await totals(again)).toMatchObject(counted(12));
    await chat(again);
    expect((await again.activity(1))[0]!.id).toBe(13);
  });

  it('needs both the token and a confirmation', async () => {
    const tokwatt = await start();
    await chats(tokwatt, 2);
    await tokwatt.activity(2);
    for (const what of ['metrics', 'logs', 'captures', 'all']) {
      const without = await call(tokwatt, 'DELETE', `/api/data/${what}`, { confirm: true }, {});
      expect(without.status).toBe(401);
      for (const body of [undefined, {}, { confirm: false }, { confirm: 'true' }, [true]]) {
        expect((await call(tokwatt, 'DELETE', `/api/data/${what}`, body)).status).toBe(400);
      }
    }
    expect(await ask(tokwatt, 'GET', '/api/data/summary')).toMatchObject({ activity: { rows: 2 } });
  });
});

describe('the log', () => {
  it('has one line for each change, without values and file names', async () => {
    const args = ['--upstream', upstream.url];
    const tokwatt = await startHeadless({ args, dataDir: join(folder, 'told') });
    running.push(tokwatt);
    const file = join(folder, 'told-backup.db');
    const rules = [{ name: 'never-told', figure: 'upstream_down', enabled: false }];
    await ask(tokwatt, 'POST', '/api/data/backup', { file });
    await ask(tokwatt, 'POST', '/api/data/import', { file });
    await ask(tokwatt, 'DELETE', '/api/data/logs', { confirm: true });
    await ask(tokwatt, 'PATCH', '/api/settings', {
      otlp: { headers: { 'x-api-key': 'never-told' } },
      never_told: null,
    });
    await ask(tokwatt, 'PUT', '/api/alerts/rules', { rules });
    const { token } = await ask<{ token: string }>(tokwatt, 'POST', '/api/token/rotate');
    await end(tokwatt, 'SIGTERM');
    const told = tokwatt.stderr();
    const lines = told.split('\n').filter((line) => line.includes('over the API'));
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'info', bytes: expect.any(Number), msg: expect.stringContaining('backed up') },
      { level: 'info', rows: 0, msg: expect.stringContaining('imported') },
      { level: 'info', cleared: 'logs' },
      { level: 'info', settings: ['otlp'] },
      { level: 'info', settings: ['alerts'] },
      { level: 'info', msg: expect.stringContaining('new API token') },
    ]);
    for (const secret of [token, 'never-told', 'neverTold']) expect(told).not.toContain(secret);
    for (const line of lines) expect(line).not.toContain(file);
  });
});

describe('counters and snapshots', () => {
  const add = (a: Tally, b: Tally): Tally => ({
    requests: a.requests + b.requests,
    input_tokens: a.input_tokens + b.input_tokens,
    output_tokens: a.output_tokens + b.output_tokens,
  });

  it('neither lose nor duplicate under load, nor when killed right after a snapshot', async () => {
    let sum = counted(0);
    let sent = 0;
    for (let run = 0; run < 3; run += 1) {
      const tokwatt = await start();
      const load = keepChatting(tokwatt);
      const snapshots = Array.from({ length: 12 }, async (_, i) => {
        await new Promise((resolve) => setTimeout(resolve, 20 * i));
        return ask<Counters>(tokwatt, 'POST', '/api/counters/snapshot');
      });
      for (const { all } of await Promise.all(snapshots)) sum = add(sum, all);
      sent += (await load.stop()).length;
      await allRows(tokwatt);
      sum = add(sum, (await ask<Counters>(tokwatt, 'POST', '/api/counters/snapshot')).all);
      const { ever, period } = await ask<Record<'ever' | 'period', Counters>>(
        tokwatt,
        'GET',
        '/api/counters',
      );
      expect(sum).toEqual(counted(sent));
      expect(ever.all).toMatchObject(sum);
      expect(period.all).toMatchObject(counted(0));
      expect(period.since).toBeGreaterThan(ever.since);
      expect(
        Object.values(ever.by).map((lines) => lines.reduce((n, l) => n + l.requests, 0)),
      ).toEqual(Object.entries(ever.by).map(([, lines]) => (lines.length === 0 ? 0 : sent)));
      await kill(tokwatt);
    }
  });
});

describe('jobs', () => {
  const job = (tokwatt: Headless, name: string): Promise<Job> =>
    ask(tokwatt, 'GET', `/api/jobs/${encodeURIComponent(name)}`);
  const turn = (tokwatt: Headless, name: string, verb: string): Promise<Job> =>
    ask(tokwatt, 'POST', `/api/jobs/${encodeURIComponent(name)}/${verb}`);

  it('count matching requests while they run, over restarts and kills', async () => {
    const first = await start();
    const name = 'Nächtlicher Lauf 1/2 %41';
    expect((await call<Job>(first, 'POST', '/api/jobs', { name })).status).toBe(201);
    await ask(first, 'POST', '/api/jobs', { name: 'other', filter: { model: 'other:4b' } });
    await ask(first, 'POST', '/api/jobs', {
      name: 'narrow',
      filter: { model: MODEL, client: 'curl', upstream: 'upstream' },
    });
    await chats(first, 3);
    await chats(first, 2, { model: 'other:4b' });
    await first.activity(5);
    expect(await job(first, name)).toMatchObject({ running: true, tally: counted(5) });
    expect(await job(first, 'other')).toMatchObject({ tally: counted(2) });
    expect(await job(first, 'narrow')).toMatchObject({ tally: counted(0) });
    expect(await turn(first, name, 'stop')).toMatchObject({ running: false });
    expect((await turn(first, name, 'stop')).runs).toHaveLength(1);
    await chats(first, 4);
    await first.activity(9);
    await kill(first);

    const second = await start();
    const stopped = await job(second, name);
    expect(stopped).toMatchObject({ running: false, tally: counted(5) });
    expect((await job(second, name)).run_time_ms).toBe(stopped.run_time_ms);
    expect(await job(second, 'other')).toMatchObject({ running: true, tally: counted(2) });
    expect((await turn(second, name, 'resume')).runs).toHaveLength(2);
    await chats(second, 2);
    await second.activity(11);
    expect(await job(second, name)).toMatchObject({ running: true, tally: counted(7) });
    expect(await end(second, 'SIGTERM')).toBe(0);

    const third = await start();
    expect(await job(third, name)).toMatchObject({ running: true, tally: counted(7) });
    const path = `/api/jobs/${encodeURIComponent(name)}`;
    expect((await call(third, 'DELETE', path)).status).toBe(204);
    await kill(third);
    const fourth = await start();
    expect((await call(fourth, 'GET', path)).status).toBe(404);
    const { jobs } = await ask<{ jobs: Job[] }>(fourth, 'GET', '/api/jobs');
    expect(jobs.map((each) => each.name)).toEqual(['other', 'narrow']);
    expect(await totals(fourth)).toMatchObject(counted(11));
  });

  it('have unique names', async () => {
    const tokwatt = await start();
    await ask(tokwatt, 'POST', '/api/jobs', { name: '__proto__' });
    const again = await call(tokwatt, 'POST', '/api/jobs', { name: ' __proto__ ' });
    expect(again).toMatchObject({ status: 409, body: { code: 'job' } });
    expect(await job(tokwatt, '__proto__')).toMatchObject({ name: '__proto__', filter: {} });
  });
});
