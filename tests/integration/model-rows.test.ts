import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import { OLD_NAMES, writeOldData } from '../support/old-data.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';

interface Counters {
  readonly ever: {
    readonly all: object;
    readonly by: {
      readonly model: readonly {
        readonly name: string;
        readonly requests: number;
        readonly errors: number;
      }[];
    };
  };
}

interface Top {
  readonly top: readonly { readonly name: string | null; readonly requests: number }[];
}

interface Points {
  readonly points: readonly { readonly name: string | null }[];
}

/** Requests by the names of lines. */
function named(answer: unknown, list: string): Record<string, number> {
  const lines = (answer as Record<string, { name: string; requests: number }[]>)[list] ?? [];
  const sums: Record<string, number> = {};
  for (const { name, requests } of lines) sums[name] = (sums[name] ?? 0) + requests;
  return sums;
}

async function byModel(tokwatt: Headless): Promise<Record<string, number>> {
  const { ever } = (await tokwatt.get('/api/counters')) as Counters;
  return named(ever.by, 'model');
}

async function loaded(tokwatt: Headless): Promise<string[]> {
  const { loaded_models: models } = (await tokwatt.get('/api/live')) as {
    loaded_models: { name: string }[];
  };
  return models.map(({ name }) => name);
}

const running: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});

async function start(
  options: OllamaLikeOptions,
): Promise<{ server: OllamaLike; tokwatt: Headless }> {
  const server = await startOllamaLike(options);
  running.push(server);
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${server.url}`] });
  running.push(tokwatt);
  return { server, tokwatt };
}

async function send(
  { proxy }: Headless,
  path: string,
  body: object,
  method = 'POST',
): Promise<number> {
  const answer = await fetch(`${proxy}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
}

function rowOf(rows: readonly Row[], endpoint: string): Row | undefined {
  return rows.find((row) => row.endpoint === endpoint);
}

describe('the row of a model management request', () => {
  it('shows that a download failed, although its status is 200', async () => {
    const { tokwatt } = await start({ models: { plain: 1 } });
    expect(await send(tokwatt, '/api/pull', { model: 'missing' })).toBe(200);
    const [failed] = await tokwatt.activity(1);
    expect(failed).toMatchObject({
      model: 'missing',
      stream: true,
      status: 200,
      completed: false,
      error: 'stream_error',
      inference: false,
    });
    expect(await send(tokwatt, '/api/pull', { model: 'fine' })).toBe(200);
    const [fine] = await tokwatt.activity(2);
    expect(fine).toMatchObject({ model: 'fine', completed: true, error: null, stream: true });
    expect(await tokwatt.get('/api/counters')).toMatchObject({ ever: { other_requests: 2 } });
  });

  it('marks only real streams as streams', async () => {
    const { tokwatt } = await start({ models: { plain: 1 } });
    await send(tokwatt, '/api/show', { model: 'plain' });
    await send(tokwatt, '/api/copy', { source: 'plain', destination: 'other' });
    await send(tokwatt, '/api/delete', { model: 'plain' }, 'DELETE');
    const rows = await tokwatt.activity(3);
    const streams = ['/api/show', '/api/copy', '/api/delete'].map(
      (endpoint) => rowOf(rows, endpoint)?.stream,
    );
    expect(streams).toEqual([false, false, false]);
  });
});

describe('a model that the server does not know', () => {
  it('is in no sum by model; its failures count without a model', async () => {
    const { tokwatt } = await start({ models: { plain: 1 } });
    const messages = [{ role: 'user', content: 'Hi' }];
    expect(await send(tokwatt, '/api/chat', { model: 'plain', messages })).toBe(200);
    for (const model of ['ghost', 'ghost:7b', 'phantom']) {
      expect(await send(tokwatt, '/api/chat', { model, messages })).toBe(404);
    }
    const rows = await tokwatt.activity(4);
    expect(rows.map(({ model, counted_model, error }) => [model, counted_model, error])).toEqual([
      ['phantom', null, 'http_error'],
      ['ghost:7b', null, 'http_error'],
      ['ghost', null, 'http_error'],
      ['plain', 'plain', null],
    ]);
    const { ever } = (await tokwatt.get('/api/counters')) as Counters;
    expect(ever.all).toMatchObject({ requests: 4, errors: 3 });
    const sums = ever.by.model.map(({ name, requests, errors }) => [name, requests, errors]);
    expect(sums).toEqual([
      ['plain', 1, 0],
      ['unknown model', 3, 3],
    ]);
    for (const path of [
      '/api/usage',
      '/api/models',
      '/api/live',
      '/api/rollups?by=model',
      '/api/top?by=model&order=errors',
      `/api/series?group_by=model&bucket_ms=60000&from=${Date.now() - 600_000}&to=${Date.now() + 60_000}`,
    ]) {
      expect(JSON.stringify(await tokwatt.get(path)), path).not.toMatch(/ghost|phantom/);
    }
    expect(await tokwatt.get('/api/activity?model=ghost')).toMatchObject({
      activity: [{ model: 'ghost' }],
    });
  });
});

describe('a model with several names', () => {
  const messages = [{ role: 'user', content: 'Hi' }];
  const names = OLD_NAMES;
  /** Every name is installed, as Ollama takes each for the same model. */
  const models = Object.fromEntries(names.map((name) => [name, 1]));
  const now = Date.now();
  const range = `from=${now - 600_000}&to=${now + 600_000}`;

  it('has one in every sum; each row keeps the one that was asked for', async () => {
    const { server, tokwatt } = await start({ models });
    server.models.set('plain:latest', { size: 1, loaded: true });
    await expect.poll(async () => await loaded(tokwatt)).toEqual(['plain']);
    for (const model of names) await send(tokwatt, '/api/chat', { model, messages });
    const rows = await tokwatt.activity(names.length);
    expect(rows.map(({ model, counted_model }) => [model, counted_model])).toEqual(
      [...names].reverse().map((name) => [name, 'plain']),
    );
    const once = [['plain', 4]];
    const { ever } = (await tokwatt.get('/api/counters')) as Counters;
    expect(ever.by.model.map(({ name, requests }) => [name, requests])).toEqual(once);
    const { top } = (await tokwatt.get('/api/top?by=model&order=requests')) as Top;
    expect(top.map(({ name, requests }) => [name, requests])).toEqual(once);
    const { points } = (await tokwatt.get(
      `/api/series?group_by=model&bucket_ms=3600000&${range}`,
    )) as Points;
    expect(new Set(points.map(({ name }) => name))).toEqual(new Set(['plain']));
    const metrics = await (await fetch(`${tokwatt.api}/metrics`)).text();
    const labels = [...metrics.matchAll(/model="([^"]*)"/g)].map(([, label]) => label);
    expect(new Set(labels)).toEqual(new Set(['plain']));
    for (const model of names) {
      expect(await tokwatt.get(`/api/activity?model=${model}`)).toMatchObject({
        activity: { length: 4 },
      });
    }
  });

  it('had several in what an earlier version left, which is put together without loss', async () => {
    const server = await startOllamaLike({ models });
    running.push(server);
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-rows-'));
    writeOldData(dataDir);
    const args = ['--upstream', `box=${server.url}`];
    const tokwatt = await startHeadless({ dataDir, args });
    running.push(tokwatt);
    const old = 'from=1795000000000&to=1795400000000';
    const [sums, days, points] = [
      async () => await byModel(tokwatt),
      async () => named(await tokwatt.get('/api/top?by=model&order=requests'), 'top'),
      async () =>
        named(await tokwatt.get(`/api/series?group_by=model&bucket_ms=3600000&${old}`), 'points'),
    ];
    const united = { plain: 40, 'org/a': 5, 'org/a:latest': 5, 'qwen3:8b': 1 };
    for (const each of [sums, days, points]) await expect.poll(each).toEqual(united);
    for (const model of names) {
      const path = `/api/activity?limit=100&model=${model}`;
      expect(await tokwatt.get(path)).toMatchObject({ activity: { length: 40 } });
    }
    const { ever } = (await tokwatt.get('/api/counters')) as Counters;
    expect(ever.all).toMatchObject({ requests: 51, errors: 4, energy_joules: 670.5 });
    await tokwatt.stop();
    // It is known from before what the server is, while it cannot be asked.
    running.splice(running.indexOf(server), 1);
    await server.stop();
    const again = await startHeadless({ dataDir, args });
    running.push(again);
    expect(await byModel(again)).toEqual(united);
    expect(await send(again, '/v1/chat/completions', { model: 'plain:latest', messages })).toBe(
      502,
    );
    expect(await byModel(again)).toEqual({ ...united, plain: 41 });
    rmSync(dataDir, { recursive: true, force: true });
  });
});

const llama = llamaServerOrReason();
const title = typeof llama === 'string' ? ` (skipped: ${llama})` : '';

describe.skipIf(typeof llama === 'string')(`a real llama-server as a router${title}`, () => {
  it('is understood when it does not know a model', async () => {
    const server = await startLlamaServer({ model: 'router' });
    running.push(server);
    const tokwatt = await startHeadless({ args: ['--upstream', `box=${server.url}`] });
    running.push(tokwatt);
    const paths = ['/v1/chat/completions', '/v1/embeddings', '/v1/messages', '/completion'];
    for (const path of paths) {
      expect(await send(tokwatt, path, { model: 'ghost', prompt: 'x', input: 'x' })).toBe(400);
    }
    const rows = await tokwatt.activity(paths.length);
    expect(rows.map(({ model, counted_model }) => [model, counted_model])).toEqual(
      paths.map(() => ['ghost', null]),
    );
  });
});
