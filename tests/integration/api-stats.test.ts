import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { chat, chats } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { eventually } from '../support/settings-lab.ts';

type Figures = Readonly<Record<string, number | null>>;
type Log = Readonly<Record<string, string | number | boolean | null>>;
interface Logs {
  readonly logs: readonly Log[];
  readonly next_cursor: string | null;
}

const SAID = 'The meter reads wörds. Done';
/** A model's name that no object literal can hold. */
const AWKWARD = '__proto__';

let upstream: RecordedUpstream;
let tokwatt: Headless;
let dataDir: string;
/** Inference alone, newest first. */
let rows: Row[];

const get = <Body>(path: string): Promise<Body> => ask<Body>(tokwatt, 'GET', path);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const total = (list: readonly Row[], of: (row: Row) => number | null): number =>
  list.reduce((sum, row) => sum + (of(row) ?? 0), 0);
const input = (row: Row): number | null => row.usage.input_tokens;
const output = (row: Row): number | null => row.usage.output_tokens;
const failed = (row: Row): boolean => row.error !== null;
const latencies = (list: readonly Row[]): number[] =>
  list.filter((row) => !failed(row)).map((row) => row.timing.duration_ms);

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-stats-'));
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ captures: { enabled: true } }));
  const upstreams = [`fast=${upstream.url}`, 'gone=http://127.0.0.1:9'];
  const args = upstreams.flatMap((each) => ['--upstream', each]);
  tokwatt = await startHeadless({ args: [...args, '--log-level', 'error'], dataDir });
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Read the wörd.' },
  ];
  await chats(tokwatt, 4);
  await chat(tokwatt, { path: '/api/chat', body: { messages, stream: true } });
  await chat(tokwatt, { path: '/v1/chat/completions', body: { messages, stream: true } });
  await chat(tokwatt, { path: '/v1/chat/completions', model: 'other:4b', body: { messages } });
  await chat(tokwatt, { path: '/api/embed', model: 'embed:small', body: { input: 'A text' } });
  await chat(tokwatt, { model: AWKWARD });
  await chats(tokwatt, 2, { upstream: 'gone' });
  await chat(tokwatt, { path: '/v1/completions', model: 'none' });
  await fetch(`${tokwatt.proxy}/api/version`).then((answer) => answer.text());
  rows = (await tokwatt.activity(13)).filter((row) => row.inference);
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('/api/stats/current', () => {
  it('equals the sums of the rows', async () => {
    const now = await get<Record<string, unknown>>('/api/stats/current');
    const [ins, outs] = [total(rows, input), total(rows, output)];
    expect(rows).toHaveLength(12);
    expect(now).toMatchObject({
      total_requests: rows.length,
      total_tokens: ins + outs,
      total_errors: 3,
      request_count: rows.length,
      tokens_total: outs,
      error_count: 3,
      input_tokens: ins,
      output_tokens: outs,
      error_rate: 3 / rows.length,
      tokens_per_sec: outs / 3_600,
      requests_in_flight: 0,
    });
    expect(now.avg_latency_ms).toBeCloseTo(mean(latencies(rows)), 6);
    const models = [...new Set(rows.map((row) => row.model!))].sort();
    expect(now.models_in_use).toEqual(models);
    expect(now.uptime_seconds).toBeGreaterThanOrEqual(0);
    expect(Math.abs(Date.parse(String(now.timestamp)) - Date.now())).toBeLessThan(60_000);
  });
});

describe('/api/stats/history', () => {
  it.each([
    ['', 1],
    ['?granularity=5m', 5],
    ['?time_range=24h&granularity=1h', 60],
    ['?hours=6', 5],
    ['?hours=48', 60],
    ['?hours=1&_t=1700000000', 1],
  ])('adds up to the rows: %j', async (query, minutes) => {
    const { metrics, data } = await get<{ metrics: Figures[]; data: Figures[] }>(
      `/api/stats/history${query}`,
    );
    const sum = (name: string): number => metrics.reduce((all, point) => all + point[name]!, 0);
    expect(sum('requests_per_minute') * minutes).toBeCloseTo(rows.length, 6);
    expect(sum('tokens_per_second') * minutes * 60).toBeCloseTo(total(rows, output), 6);
    expect(sum('errors')).toBe(3);
    for (const point of metrics) expect(point.error_rate).toBe(point.errors! / point.requests!);
    const times = metrics.map(({ timestamp }) => Date.parse(String(timestamp)));
    expect(times.every((time) => time % (minutes * 60_000) === 0)).toBe(true);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(data.map(({ timestamp }) => Date.parse(String(timestamp)))).toEqual(times.reverse());
    expect(data.reduce((all, each) => all + each.tokens_total!, 0)).toBe(total(rows, output));
  });

  it.each(['hours=0', 'hours=9601', 'time_range=2h', 'granularity=2m', 'hours=100&granularity=1m'])(
    'refuses %s',
    async (query) => {
      expect((await call(tokwatt, 'GET', `/api/stats/history?${query}`)).status).toBe(400);
    },
  );
});

describe('/api/stats/logs', () => {
  it('lists every request, newest first', async () => {
    const { logs } = await get<Logs>('/api/stats/logs');
    expect(logs.map(({ id }) => Number(id))).toEqual(rows.map(({ id }) => id));
    for (const [index, row] of rows.entries()) {
      const used = input(row) === null || output(row) === null ? null : input(row)! + output(row)!;
      expect(logs[index]).toMatchObject({
        timestamp: new Date(row.completed_at).toISOString(),
        model: row.model,
        tokens_used: used,
        latency_ms: row.timing.duration_ms,
        status: failed(row) ? 'error' : 'success',
        client_ip: row.client.address,
        error_message: row.error,
      });
    }
    expect(logs.some(({ client_ip: ip }) => ip === '127.0.0.1')).toBe(true);
  });

  it('has prompts and answers from captures, with streams joined', async () => {
    const { logs } = await get<Logs>('/api/stats/logs');
    const texts = rows.map((row, index) => [
      row.endpoint,
      row.model,
      logs[index]!.prompt,
      logs[index]!.response,
    ]);
    const generated = ['/api/generate', MODEL, 'Read the meter.', SAID];
    expect(texts.filter(([path, model]) => path === '/api/generate' && model === MODEL)).toEqual([
      ['/api/generate', MODEL, 'Read the meter.', null],
      ['/api/generate', MODEL, 'Read the meter.', null],
      ...Array.from({ length: 4 }, () => generated),
    ]);
    expect(texts).toContainEqual(['/api/chat', MODEL, 'Read the meter.', SAID]);
    expect(texts).toContainEqual(['/v1/chat/completions', 'other:4b', 'Read the meter.', SAID]);
    expect(texts).toContainEqual(['/api/embed', 'embed:small', 'Read the meter.', null]);
  });

  it('can be filtered and paged', async () => {
    const ids = async (query: string): Promise<number[]> =>
      (await get<Logs>(`/api/stats/logs?${query}`)).logs.map(({ id }) => Number(id));
    const of = (fits: (row: Row) => boolean): number[] => rows.filter(fits).map(({ id }) => id);
    expect(await ids('status=error')).toEqual(of(failed));
    expect(await ids('status=success')).toEqual(of((row) => !failed(row)));
    expect(await ids(`model=${MODEL}`)).toEqual(of((row) => row.model === MODEL));
    expect(await ids('model=never')).toEqual([]);
    expect(await ids('limit=3&offset=2')).toEqual(rows.slice(2, 5).map(({ id }) => id));
    const paged: number[] = [];
    for (let cursor = ''; ;) {
      const page: Logs = await get(`/api/stats/logs?status=success&limit=2${cursor}`);
      paged.push(...page.logs.map(({ id }) => Number(id)));
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(paged).toEqual(of((row) => !failed(row)));
  });
});

describe('/api/models', () => {
  it('has each model that was used, with its own figures', async () => {
    const { models } = await get<{ models: (Figures & { name: string })[] }>('/api/models');
    const names = [...new Set(rows.map((row) => row.model!))];
    expect(models.map(({ name }) => name).sort()).toEqual(names.sort());
    for (const model of models) {
      const own = rows.filter((row) => row.model === model.name);
      expect(model).toMatchObject({
        total_requests: own.length,
        total_tokens: total(own, input) + total(own, output),
        error_rate: own.filter(failed).length / own.length,
        tokens_generated: total(own, output),
        last_used: new Date(own[0]!.completed_at).toISOString(),
        loaded: model.name === MODEL,
      });
      const clean = latencies(own);
      if (clean.length === 0) expect(model.avg_latency_ms).toBeNull();
      else expect(model.avg_latency_ms).toBeCloseTo(mean(clean), 6);
    }
  });
});

describe('/api/usage', () => {
  it('is the payload of Ollama’s own statistics with additional members', async () => {
    const usage = await get<Record<string, unknown>>('/api/usage');
    const names: Readonly<Record<string, string>> = { win32: 'windows', x64: 'amd64' };
    expect(usage).toMatchObject({
      version,
      system: {
        os: names[platform()] ?? platform(),
        arch: names[arch()] ?? arch(),
        cpu_cores: cpus().length,
        ram_bytes: totalmem(),
      },
      totals: {
        requests: rows.length,
        errors: 3,
        input_tokens: total(rows, input),
        output_tokens: total(rows, output),
      },
      features: { tool_calls: 0, structured_output: 0 },
      today: { totals: { requests: rows.length } },
    });
    const count = (fits: (row: Row) => boolean): number => rows.filter(fits).length;
    expect(usage.endpoints).toEqual({
      chat: count((row) => row.operation === 'chat'),
      generate: count((row) => row.operation === 'completion'),
      embed: count((row) => row.operation === 'embedding'),
    });
    expect(usage.apis).toEqual({
      native: count((row) => row.api === 'ollama'),
      openai_compat: count((row) => row.api === 'openai'),
    });
    const models = usage.models as Record<string, object>;
    expect(Object.keys(models).sort()).toEqual([...new Set(rows.map((row) => row.model!))].sort());
    expect(Object.getOwnPropertyDescriptor(models, AWKWARD)?.value).toMatchObject({
      requests: 1,
      input_tokens: INPUT_TOKENS,
      output_tokens: OUTPUT_TOKENS,
    });
  });
});

describe('/api/upstreams', () => {
  it('has each with its proxy, its health and its own totals', async () => {
    const { upstreams } = await get<{ upstreams: Record<string, unknown>[] }>('/api/upstreams');
    const own = (name: string): Row[] => rows.filter((row) => row.upstream === name);
    expect(upstreams).toMatchObject([
      {
        name: 'fast',
        target_url: upstream.url,
        proxy_url: tokwatt.proxies[0]!.url,
        kind: 'ollama',
        health: 'up',
        loaded_models: [{ name: MODEL }],
        totals: {
          requests: own('fast').length,
          errors: own('fast').filter(failed).length,
          output_tokens: total(own('fast'), output),
        },
      },
      { name: 'gone', health: 'down', loaded_models: [], totals: { requests: 2, errors: 2 } },
    ]);
    for (const each of upstreams) {
      expect(await get(`/api/upstreams/${String(each.name)}`)).toEqual(each);
    }
    expect((await call(tokwatt, 'GET', '/api/upstreams/none')).status).toBe(404);
  });
});

describe('/api/machine', () => {
  it('has the memory of this machine, and null for what nothing tells', async () => {
    const { reading } = await eventually(async () => {
      const state = await get<{ reading: Record<string, number | null> | null }>('/api/machine');
      return state.reading === null ? null : { reading: state.reading };
    });
    expect(reading.memory_total_bytes).toBeGreaterThan(1e8);
    expect(reading.wall).toBeNull();
  });
});

describe('/api/gpu', () => {
  it('has the number of GPUs, and the reason if there are none', async () => {
    const gpu = await get<{
      available: boolean;
      gpu_count: number;
      gpus: object[];
      error: unknown;
    }>('/api/gpu');
    expect(gpu.gpus).toHaveLength(gpu.gpu_count);
    if (!gpu.available) expect(gpu.error).toEqual(expect.any(String));
  });
});
