import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BestModels, ModelDetail, ModelsOverview } from '../../shared/models-view.ts';
import type { Wire } from '../../shared/wire.ts';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startLlmServer } from '../support/management-servers.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { wholeCall } from '../support/streamed-call.ts';

const WAIT = { timeout: 20_000 };
const SHAPE = {
  'qwen3.block_count': 10,
  'qwen3.context_length': 1_000,
  'qwen3.embedding_length': 512,
  'qwen3.attention.head_count': 8,
  'qwen3.attention.head_count_kv': 2,
};

const ACTIONS = ['load', 'keep_alive', 'unload', 'copy', 'remove', 'pull'];
const ABLE = Object.fromEntries(ACTIONS.map((action) => [action, null]));
const UNABLE = Object.fromEntries(ACTIONS.map((action) => [action, expect.any(String)]));

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function ollama(options: OllamaLikeOptions): Promise<OllamaLike> {
  const server = await startOllamaLike(options);
  closers.push(() => server.stop());
  return server;
}
async function meter(upstreams: Readonly<Record<string, string>>, dataDir?: string) {
  const args = Object.entries(upstreams).flatMap(([name, url]) => ['--upstream', `${name}=${url}`]);
  const tokwatt = await startHeadless({ args, ...(dataDir === undefined ? {} : { dataDir }) });
  closers.push(() => tokwatt.stop());
  return tokwatt;
}
/** Accepts connections and never answers. */
async function silent(): Promise<string> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}

const overview = (tokwatt: Headless): Promise<Wire<ModelsOverview>> =>
  ask(tokwatt, 'GET', '/api/models/overview');
const detail = (tokwatt: Headless, name: string): Promise<Wire<ModelDetail>> =>
  ask(tokwatt, 'GET', `/api/models/overview/${name}`);

describe('the overview of models', () => {
  it('has a row for each model that was used, is installed or is on the list', async () => {
    const server = await ollama({
      ...{ models: { 'plain:latest': 5_000, 'nomic:latest': 100 }, embedders: ['nomic:latest'] },
      ...{ architecture: 'qwen3', info: SHAPE, gapMs: 10 },
    });
    const tokwatt = await meter({ box: server.url, down: 'http://127.0.0.1:9' });
    for (let n = 0; n < 5; n += 1) {
      await wholeCall(tokwatt, '/api/chat', { model: 'plain', upstream: 'box', prompt: 'x' });
    }
    await ask(tokwatt, 'POST', '/api/models/repository', { model_name: 'wished:1b', notes: 'Hm' });
    await ask(tokwatt, 'POST', '/api/models/repository/plain%3Alatest/favorite');
    await ask(tokwatt, 'PUT', '/api/models/repository/plain%3Alatest', { is_pinned: true });
    const found = async () => (await overview(tokwatt)).models.map(({ context_maximum: n }) => n);
    // The ledger's figures and the servers' descriptions come in the background.
    await expect.poll(found, WAIT).toEqual([1_000, 1_000, null]);
    const isLoaded = async () => (await overview(tokwatt)).models.some((model) => model.is_loaded);
    await expect.poll(isLoaded, WAIT).toBe(true);
    const { models, notes, managers } = await overview(tokwatt);
    expect(models.map(({ name }) => name)).toEqual(['nomic', 'plain', 'wished:1b']);
    expect(notes).toMatchObject([
      { upstream: 'down', message: expect.stringContaining('9'), listed_at: null },
    ]);
    expect(managers).toMatchObject([
      { upstream: 'box', cannot: ABLE },
      { upstream: 'down', cannot: { ...UNABLE, load: expect.stringContaining('not answered') } },
    ]);
    const [nomic, plain, wished] = models;
    expect(plain).toMatchObject({
      ...{ purpose: 'chat', is_installed: true, is_loaded: true, size_bytes: 5_000 },
      ...{ quantization: 'Q4_K_M', parameter_size: '8.2B', family: 'qwen3', format: 'gguf' },
      ...{ requests: 5, errors: 0, input_tokens: 145, output_tokens: 15 },
      ...{ is_favorite: true, is_pinned: true, is_default: false, has_notes: false, trend: null },
      places: [{ upstream: 'box', name: 'plain:latest', loaded: { vram_bytes: 5_000 } }],
    });
    expect(nomic).toMatchObject({
      ...{ purpose: 'embedding', is_loaded: false, requests: null, output_tokens_per_second: null },
    });
    expect(wished).toMatchObject({ is_installed: false, has_notes: true, places: [] });
    expect(plain?.daily_output_tokens_per_second).toHaveLength(30);
    expect(wished?.daily_output_tokens_per_second).toEqual(Array(30).fill(null));
  });

  it('has the median speeds of the ledger, from which the best are chosen', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-best-'));
    closers.push(() => removeFolder(dataDir));
    const server = await ollama({ models: { fast: 1, slow: 1, rare: 1 }, gapMs: 10 });
    const first = await meter({ box: server.url }, dataDir);
    for (const model of ['fast', 'fast', 'fast', 'fast', 'fast', 'rare']) {
      await wholeCall(first, '/api/chat', { model, prompt: 'x' });
    }
    await first.activity(6);
    await first.stop();
    const tokwatt = await meter({ box: server.url }, dataDir);
    const { models } = await overview(tokwatt);
    const fast = models.find(({ name }) => name === 'fast');
    // Ollama says 3 tokens in 30 ms.
    expect(fast?.output_tokens_per_second).toBeCloseTo(100, -0.5);
    expect(fast?.speed_samples).toBe(5);
    expect(fast?.daily_output_tokens_per_second.at(-1)).toBe(fast?.output_tokens_per_second);
    expect(fast?.daily_output_tokens_per_second.slice(0, -2)).toEqual(Array(28).fill(null));
    const best = await ask<Wire<BestModels>>(tokwatt, 'GET', '/api/models/best');
    expect(best.by_speed).toEqual([
      { name: 'fast', value: fast?.output_tokens_per_second, samples: 5 },
    ]);
    expect(best).toMatchObject({ by_energy: [], min_answers: 5 });
  });

  it('does not wait for a server that does not answer', async () => {
    const server = await ollama({ models: { a: 1 } });
    const tokwatt = await meter({ box: server.url, silent: await silent() });
    const found = async () => {
      const { models, notes } = await overview(tokwatt);
      return [models.map(({ name }) => name), notes.map(({ upstream }) => upstream)];
    };
    await expect.poll(found, WAIT).toEqual([['a'], ['silent']]);
  });

  it('shows at once what a change has done', async () => {
    const server = await ollama({ models: { a: 1 } });
    const tokwatt = await meter({ box: server.url });
    await expect.poll(async () => (await overview(tokwatt)).models, WAIT).toHaveLength(1);
    await ask(tokwatt, 'POST', '/api/ollama/models/a/copy', { destination: 'b' });
    expect((await overview(tokwatt)).models).toHaveLength(2);
    await ask(tokwatt, 'DELETE', '/api/ollama/models/b');
    expect((await overview(tokwatt)).models).toHaveLength(1);
  });
});

describe('one model', () => {
  it('has what its server tells, its variants, and an estimate of its memory', async () => {
    const models = { 'm:q4': 4_000, 'm:q8': 8_000 };
    const server = await ollama({ models, architecture: 'qwen3', info: SHAPE });
    const tokwatt = await meter({ box: server.url });
    const shown = await detail(tokwatt, 'm:q4');
    expect(shown.descriptions).toMatchObject([
      {
        ...{ upstream: 'box', capabilities: ['completion'], template: '{{ .Prompt }}' },
        parameters: [{ name: 'num_ctx', value: '4096' }],
        shape: { architecture: 'qwen3', layers: 10, kv_heads: 20, key_length: 64 },
      },
    ]);
    expect(shown.descriptions[0]?.facts).toContainEqual({
      name: 'qwen3.block_count',
      value: '10',
    });
    // 20 heads with 64 elements for keys and as many for values, of 2 bytes.
    const bytes = 20 * 128 * 2;
    expect(shown.fit).toMatchObject({
      ...{ weights_bytes: 4_000, bytes_per_token: bytes, context_bytes: bytes * 1_000 },
      needed_bytes: bytes * 1_000 + 4_000,
    });
    expect(shown.variants.map(({ name }) => name)).toEqual(['m:q8']);
    const none = await call(tokwatt, 'GET', '/api/models/overview/none');
    expect([none.status, none.body.code]).toEqual([404, 'not_found']);
    const backward = await call(tokwatt, 'GET', '/api/models/overview/m:q4?from=2&to=1');
    expect(backward.status).toBe(400);
  });

  it('says what is missing for an estimate', async () => {
    const studio = await startLlmServer('lmstudio');
    closers.push(() => studio.stop());
    const tokwatt = await meter({ studio: studio.url });
    const shown = await detail(tokwatt, 'qwen/qwen3-8b');
    expect(shown).toMatchObject({ fit: null, fit_note: 'its longest context is unknown' });
    expect(shown.descriptions).toMatchObject([{ shape: { architecture: 'qwen3' } }]);
  });

  it('counts its loads, how long requests waited, and who had to leave', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-loads-'));
    closers.push(() => removeFolder(dataDir));
    const server = await ollama({ models: { a: 1, b: 1 }, hasOnePlace: true, loadMs: 300 });
    const first = await meter({ box: server.url }, dataDir);
    const loaded = async (): Promise<string[]> => {
      const live = (await first.get('/api/live')) as { loaded_models: { name: string }[] };
      return live.loaded_models.map(({ name }) => name);
    };
    // The first list of a server shows what was loaded before Tokwatt was started.
    await expect.poll(() => server.polls(), WAIT).toBeGreaterThan(0);
    for (const model of ['a', 'b']) {
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await wholeCall(first, '/api/chat', { model, prompt: 'x' });
      await expect.poll(loaded, WAIT).toEqual([model]);
    }
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await first.stop();
    const second = await meter({ box: server.url }, dataDir);
    expect((await detail(second, 'a')).loads).toMatchObject({
      ...{ loads: 1, swaps: 0, timed_loads: 1, times_displaced: 1 },
    });
    const { loads } = await detail(second, 'b');
    expect(loads).toMatchObject({ loads: 1, swaps: 1, displaced: [{ model: 'a', times: 1 }] });
    expect(loads.waited_ms).toBeGreaterThanOrEqual(300);
  });
});
