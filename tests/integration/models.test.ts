import { afterEach, describe, expect, it } from 'vitest';
import { allRows, ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startLlmServer } from '../support/management-servers.ts';
import type { LlmServer } from '../support/management-servers.ts';
import { LAYER_BYTES, startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';
import { streamedCall, wholeCall } from '../support/streamed-call.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function ollama(options: OllamaLikeOptions): Promise<OllamaLike> {
  const server = await startOllamaLike(options);
  closers.push(() => server.stop());
  return server;
}
async function other(...options: Parameters<typeof startLlmServer>): Promise<LlmServer> {
  const server = await startLlmServer(...options);
  closers.push(() => server.stop());
  return server;
}
async function meter(upstreams: Readonly<Record<string, string>>): Promise<Headless> {
  const args = Object.entries(upstreams).flatMap(([name, url]) => ['--upstream', `${name}=${url}`]);
  const tokwatt = await startHeadless({ args });
  closers.push(() => tokwatt.stop());
  return tokwatt;
}

interface Listed {
  readonly models: readonly Readonly<Record<string, unknown>>[];
  readonly errors: readonly { readonly upstream: string; readonly error: string }[];
}
const list = (tokwatt: Headless, query = ''): Promise<Listed> =>
  ask<Listed>(tokwatt, 'GET', `/api/ollama/models${query}`);
const NAME = 'hf.co/user/Qwen3-GGUF:Q4_K_M';
const GONE = 'http://127.0.0.1:9';

describe('installed models', () => {
  it('lists the models of the upstreams right after the start', async () => {
    const server = await ollama({ models: { [NAME]: 5_000, 'small:latest': 100 } });
    const tokwatt = await meter({ box: server.url });
    const { models, errors } = await list(tokwatt);
    expect(errors).toEqual([]);
    expect(models).toContainEqual({
      name: NAME,
      upstream: 'box',
      size: 5_000,
      digest: `sha256:${NAME.length}`,
      modified_at: '2026-10-01T10:00:00.123456789+02:00',
      details: {
        format: 'gguf',
        family: 'qwen3',
        parameter_size: '8.2B',
        quantization_level: 'Q4_K_M',
      },
      context_length: null,
      loaded: false,
      purpose: null,
      context_maximum: null,
    });
    expect(models).toHaveLength(2);
  });

  it('names upstreams that did not answer, and fails only if none did', async () => {
    const server = await ollama({ models: { a: 1 } });
    const tokwatt = await meter({ up: server.url, down: GONE });
    const { models, errors } = await list(tokwatt);
    expect(models.map(({ name }) => name)).toEqual(['a']);
    expect(errors).toEqual([
      { upstream: 'down', error: expect.stringContaining('connection refused') },
    ]);
    const failed = await call(tokwatt, 'GET', '/api/ollama/models?upstream=down');
    expect(failed.status).toBe(502);
    expect(failed.body).toMatchObject({ code: 'upstream_unreachable' });
    expect(failed.body.detail).toContain('Start ');
    const unknown = await call(tokwatt, 'GET', '/api/ollama/models?upstream=nobody');
    expect(unknown.status).toBe(404);
    expect(unknown.body.detail).toContain('"up", "down"');
  });

  it('lists the models of other server kinds', async () => {
    const swap = await other('llama-swap');
    const studio = await other('lmstudio');
    const vllm = await other('vllm');
    const tokwatt = await meter({ swap: swap.url, studio: studio.url, vllm: vllm.url });
    const { models } = await list(tokwatt);
    expect(models.map(({ upstream, name, loaded }) => [upstream, name, loaded])).toEqual([
      ['swap', 'org/one', true],
      ['swap', 'two', false],
      ['studio', 'qwen/qwen3-8b', true],
      ['studio', 'embedder', false],
      ['vllm', 'meta/llama', true],
    ]);
    expect(models[2]).toMatchObject({
      size: 4_000_000,
      details: { family: 'qwen3', parameter_size: '8B', quantization_level: 'Q4_K_M' },
    });
  });
});

describe('loading, unloading, deleting', () => {
  it('works for a model whose name has slashes, plain or encoded', async () => {
    const server = await ollama({ models: { [NAME]: 5_000 } });
    const tokwatt = await meter({ box: server.url });
    const loaded = await ask(tokwatt, 'POST', `/api/ollama/models/${NAME}/load`);
    expect(loaded).toEqual({ status: 'loaded', model: NAME, upstream: 'box' });
    expect(server.models.get(NAME)?.loaded).toBe(true);
    expect((await list(tokwatt)).models[0]).toMatchObject({ loaded: true, context_length: 8192 });
    const encoded = encodeURIComponent(NAME);
    await ask(tokwatt, 'POST', `/api/ollama/models/${encoded}/unload?upstream=box`);
    expect(server.models.get(NAME)?.loaded).toBe(false);
    expect(await ask(tokwatt, 'DELETE', `/api/ollama/models/${encoded}`)).toEqual({
      status: 'deleted',
      model: NAME,
      upstream: 'box',
    });
    expect(server.models.size).toBe(0);
  });

  it('finds the upstream that has the model', async () => {
    const one = await ollama({ models: { a: 1 } });
    const two = await ollama({ models: { b: 1 } });
    const tokwatt = await meter({ one: one.url, two: two.url, down: GONE });
    expect(await ask(tokwatt, 'POST', '/api/ollama/models/b/load')).toMatchObject({
      upstream: 'two',
    });
    const missing = await call(tokwatt, 'POST', '/api/ollama/models/c/load');
    expect(missing.status).toBe(404);
    expect(missing.body.detail).toContain('one, two, down');
  });

  it('passes on a server’s refusal with its own message', async () => {
    const server = await ollama({ models: {} });
    const tokwatt = await meter({ box: server.url });
    for (const [method, path] of [
      ['DELETE', '/api/ollama/models/none'],
      ['POST', '/api/ollama/models/none/load'],
    ] as const) {
      const answer = await call(tokwatt, method, path);
      expect(answer.status).toBe(404);
      expect(answer.body.detail).toBe("box (Ollama 0.33.3): model 'none' not found");
    }
  });

  it('is not the user’s traffic: no row, and the hop header for the next Tokwatt', async () => {
    const server = await ollama({ models: { a: 1, b: 1 } });
    const tokwatt = await meter({ box: server.url });
    await ask(tokwatt, 'POST', '/api/ollama/models/a/load');
    await ask(tokwatt, 'DELETE', '/api/ollama/models/a');
    const paths = server.asked.map(({ path }) => path);
    expect(paths).toEqual(['/api/show', '/api/generate', '/api/delete']);
    for (const { headers } of server.asked) {
      expect(headers['x-tokwatt-hop']).toMatch(/^1\.[0-9a-f]{16}\.\d+\.[\w-]+\.[\w-]{43}$/);
      expect(headers['user-agent']).toMatch(/^Tokwatt\/\d/);
    }
    await wholeCall(tokwatt, '/api/chat', { model: 'b', prompt: 'x' });
    const rows = await tokwatt.activity(1);
    expect(rows.map(({ operation }) => operation)).toEqual(['chat']);
  });

  it.each([false, true])(
    'loads an embedding model, of an Ollama that tells no capabilities: %s',
    async (tellsNoCapabilities) => {
      const models = { chat: 1, nomic: 1 };
      const server = await ollama({ models, embedders: ['nomic'], tellsNoCapabilities });
      const tokwatt = await meter({ box: server.url });
      await ask(tokwatt, 'POST', '/api/ollama/models/nomic/load');
      expect(server.models.get('nomic')?.loaded).toBe(true);
      expect(server.asked.at(-1)).toMatchObject({
        path: '/api/embed',
        body: { model: 'nomic', input: [] },
      });
      await ask(tokwatt, 'POST', '/api/ollama/models/nomic/unload');
      expect(server.models.get('nomic')?.loaded).toBe(false);
      await ask(tokwatt, 'POST', '/api/ollama/models/chat/load');
      expect(server.asked.at(-1)).toMatchObject({ path: '/api/generate', body: { model: 'chat' } });
      expect(await tokwatt.activity(0)).toEqual([]);
    },
  );

  it('keeps a model loaded for a given time, and copies one, where the server can', async () => {
    const server = await ollama({ models: { a: 1, nomic: 1 }, embedders: ['nomic'] });
    const studio = await other('lmstudio');
    const tokwatt = await meter({ box: server.url, studio: studio.url });
    const at = '/api/ollama/models';
    await ask(tokwatt, 'POST', `${at}/a/load?upstream=box`, { keep_alive: '1h30m' });
    expect(server.asked.at(-1)?.body).toEqual({ model: 'a', stream: false, keep_alive: '1h30m' });
    await ask(tokwatt, 'POST', `${at}/nomic/load?upstream=box`, { keep_alive: -1 });
    expect(server.asked.at(-1)?.body).toEqual({ model: 'nomic', input: [], keep_alive: -1 });
    for (const keepAlive of [0, -5, 'soon', null]) {
      const refused = await call(tokwatt, 'POST', `${at}/a/load`, { keep_alive: keepAlive });
      expect([refused.status, refused.body.detail]).toEqual([
        400,
        expect.stringContaining('keep_alive: must be seconds'),
      ]);
    }
    const cannot = await call(tokwatt, 'POST', `${at}/x/load?upstream=studio`, { keep_alive: 60 });
    expect([cannot.status, cannot.body.detail]).toEqual([
      501,
      expect.stringContaining('cannot set how long a model stays loaded: it takes the time'),
    ]);
    expect(await ask(tokwatt, 'POST', `${at}/a/copy?upstream=box`, { destination: 'b:2' })).toEqual(
      { status: 'copied', model: 'a', upstream: 'box', destination: 'b:2' },
    );
    expect([...server.models.keys()]).toContain('b:2');
    const none = await call(tokwatt, 'POST', `${at}/none/copy?upstream=box`, { destination: 'c' });
    expect(none.status).toBe(404);
    const copy = await call(tokwatt, 'POST', `${at}/x/copy?upstream=studio`, { destination: 'c' });
    expect(copy.status).toBe(501);
  });

  it('needs the token', async () => {
    const server = await ollama({ models: { a: 1 } });
    const tokwatt = await meter({ box: server.url });
    for (const [method, path] of [
      ['DELETE', '/api/ollama/models/a'],
      ['POST', '/api/ollama/models/a/load'],
      ['POST', '/api/ollama/pull'],
      ['POST', '/api/chat'],
      ['POST', '/api/models/repository/sync'],
    ] as const) {
      expect((await call(tokwatt, method, path, undefined, {})).status).toBe(401);
    }
    expect(server.asked).toEqual([]);
  });

  it('names the actions that a kind of server does not support', async () => {
    const vllm = await other('vllm');
    const swap = await other('llama-swap');
    const tokwatt = await meter({ vllm: vllm.url, swap: swap.url });
    for (const [method, path, words] of [
      ['POST', '/models/meta/llama/load', /vllm \(vLLM 0.9\) cannot load models: it serves what/],
      ['POST', '/models/meta/llama/unload', /cannot unload models/],
      ['DELETE', '/models/two', /swap \(llama-swap.*\) cannot delete models/],
      ['POST', '/pull', /cannot download models/],
    ] as const) {
      const body = path === '/pull' ? { model: 'x' } : undefined;
      const answer = await call(tokwatt, method, `/api/ollama${path}`, body);
      expect([path, answer.status]).toEqual([path, 501]);
      expect(answer.body.detail).toMatch(words);
    }
  });

  it('uses the APIs of llama-swap and LM Studio', async () => {
    const swap = await other('llama-swap');
    const studio = await other('lmstudio');
    const tokwatt = await meter({ swap: swap.url, studio: studio.url });
    await ask(tokwatt, 'POST', '/api/ollama/models/org%2Fone/unload');
    await ask(tokwatt, 'POST', '/api/ollama/models/two/load');
    expect(swap.changes()).toEqual([
      'POST /api/models/unload/org/one ',
      'GET /upstream/two/health ',
    ]);
    await ask(tokwatt, 'POST', '/api/ollama/models/embedder/load');
    await ask(tokwatt, 'POST', '/api/ollama/models/qwen/qwen3-8b/unload');
    expect(studio.changes()).toEqual([
      'POST /api/v1/models/load {"model":"embedder"}',
      'POST /api/v1/models/unload {"instance_id":"qwen/qwen3-8b"}',
      'POST /api/v1/models/unload {"instance_id":"qwen/qwen3-8b:2"}',
    ]);
    const odd = await call(
      tokwatt,
      'POST',
      '/api/ollama/models/..%2F..%2Funload/unload?upstream=swap',
    );
    expect(odd.status).toBe(400);
    expect(swap.changes()).toHaveLength(2);
  });
});

describe('downloads', () => {
  it('streams the progress', async () => {
    const server = await ollama({ models: {} });
    const tokwatt = await meter({ box: server.url });
    const pull = await wholeCall(tokwatt, '/api/ollama/pull', { name: 'new:1b', insecure: true });
    expect(pull.headers.get('content-type')).toBe('text/event-stream');
    const about = { model: 'new:1b', upstream: 'box' };
    const bytes = { digest: 'sha256:0123456789abcdef', total: LAYER_BYTES };
    expect(pull.events[0]).toEqual({
      event: 'progress',
      data: {
        ...about,
        status: 'pulling manifest',
        digest: null,
        total: null,
        completed: null,
        percent: null,
      },
    });
    expect(pull.events[1]?.data).toMatchObject({ ...bytes, completed: 0, percent: 0 });
    expect(pull.events[2]?.data).toMatchObject({ ...bytes, completed: 250, percent: 25 });
    expect(pull.events.at(-1)).toMatchObject({
      event: 'done',
      data: { ...about, status: 'success' },
    });
    expect(server.asked[0]?.body).toEqual({ model: 'new:1b', stream: true, insecure: true });
    expect(server.models.has('new:1b')).toBe(true);
  });

  it('ends with an error if the server fails or the stream ends early', async () => {
    const server = await ollama({ models: {} });
    const tokwatt = await meter({ box: server.url });
    const missing = await wholeCall(tokwatt, '/api/ollama/pull', { model: 'missing' });
    expect(missing.events.at(-1)).toEqual({
      event: 'error',
      data: {
        error: 'box: pull model manifest: file does not exist',
        // These are the server's own words.
        error_sentence: null,
        code: 'upstream_failed',
        model: 'missing',
        upstream: 'box',
      },
    });
    const cut = await wholeCall(tokwatt, '/api/ollama/pull', { model: 'cut' });
    expect(cut.events.at(-1)?.event).toBe('error');
    expect(cut.events.at(-1)?.data.error).toContain('broke off');
  });

  it('is cancelled when the client disconnects, runs once at a time, and can be repeated', async () => {
    const server = await ollama({ models: {}, gapMs: 50, pullSteps: 400 });
    const tokwatt = await meter({ box: server.url });
    const first = await streamedCall(tokwatt, '/api/ollama/pull', { model: 'big' });
    await expect.poll(() => first.events.length, { timeout: 20_000 }).toBeGreaterThan(2);
    const second = await wholeCall(tokwatt, '/api/ollama/pull', { model: 'big' });
    expect(second.status).toBe(409);
    expect(second.events[0]?.data).toMatchObject({ code: 'pulling' });
    first.hangUp();
    await expect.poll(() => server.pulls.cancelled, { timeout: 20_000 }).toBe(1);
    const third = await streamedCall(tokwatt, '/api/ollama/pull', { model: 'big' });
    expect(third.status).toBe(200);
    third.hangUp();
    await expect
      .poll(() => server.pulls, { timeout: 20_000 })
      .toMatchObject({ done: 0, cancelled: 2 });
    expect(tokwatt.stderr()).not.toContain('failed');
  });

  it('goes to the first upstream that supports downloads', async () => {
    const vllm = await other('vllm');
    const server = await ollama({ models: {} });
    const tokwatt = await meter({ down: GONE, vllm: vllm.url, box: server.url });
    const pull = await wholeCall(tokwatt, '/api/ollama/pull', { model: 'new' });
    expect(pull.events.at(-1)?.data).toMatchObject({ status: 'success', upstream: 'box' });
  });

  it('names what is wrong with a body', async () => {
    const tokwatt = await meter({ down: GONE });
    for (const [body, words] of [
      [{}, 'model: name the one to download'],
      [{ model: '' }, 'model: must not be empty'],
      [{ model: 'a\nb' }, 'model: must be without control characters'],
      [{ model: 'a', insecure: 1 }, 'insecure'],
      [{ model: 'a', other: 1 }, 'other'],
    ] as const) {
      const answer = await call(tokwatt, 'POST', '/api/ollama/pull', body);
      expect(answer.status).toBe(400);
      expect(answer.body.detail).toContain(words);
    }
    const down = await call(tokwatt, 'POST', '/api/ollama/pull', { model: 'a' });
    expect(down.status).toBe(502);
  });
});

describe('chat', () => {
  it('streams thinking, tokens and counts, and is metered as Tokwatt’s', async () => {
    const server = await ollama({ models: { 'm:8b': 1 } });
    const tokwatt = await meter({ box: server.url });
    const chat = await wholeCall(tokwatt, '/api/chat', {
      model: 'm:8b',
      prompt: 'Hello',
      system: 'Be brief.',
      temperature: 0.5,
      max_tokens: 9,
      options: { num_ctx: 512 },
    });
    const [thinking] = chat.events;
    expect(thinking).toMatchObject({ event: 'thinking', data: { thinking: 'Hm' } });
    const tokens = chat.events.filter(({ event }) => event === 'token');
    expect(tokens.map(({ data }) => data.token)).toEqual(['Wörter', ' in', ' pieces']);
    expect(chat.events.at(-1)).toEqual({
      event: 'done',
      data: {
        done: true,
        request_id: thinking?.data.request_id,
        exchange_id: expect.any(Number),
        model: 'm:8b',
        upstream: 'box',
        finish_reason: 'stop',
        prompt_tokens: 29,
        cached_prompt_tokens: 16,
        completion_tokens: 3,
        latency_ms: expect.any(Number),
      },
    });
    expect(server.asked.find(({ path }) => path === '/api/chat')).toMatchObject({
      path: '/api/chat',
      body: {
        model: 'm:8b',
        stream: true,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
        options: { num_ctx: 512, temperature: 0.5, num_predict: 9 },
      },
    });
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({
      model: 'm:8b',
      client: { application: 'Tokwatt Playground' },
      completed: true,
      usage: { input_tokens: 29, output_tokens: 3 },
    });
  });

  it('cancels the request to the server when the client disconnects, before or during the answer', async () => {
    const slow = await ollama({ models: { a: 1 }, thinkMs: 1_500 });
    const chatty = await ollama({ models: { b: 1 }, gapMs: 300 });
    const tokwatt = await meter({ slow: slow.url, chatty: chatty.url });
    const early = new AbortController();
    const call = streamedCall(tokwatt, '/api/chat', { model: 'a', prompt: 'x' }, early);
    call.catch(() => undefined);
    const chats = (): number => slow.asked.filter(({ path }) => path === '/api/chat').length;
    await expect.poll(chats, { timeout: 20_000 }).toBe(1);
    early.abort();
    await expect(call).rejects.toThrow();
    await expect.poll(() => slow.cancelledChats(), { timeout: 20_000 }).toBe(1);
    const late = await streamedCall(tokwatt, '/api/chat', { model: 'b', prompt: 'x' });
    await expect.poll(() => late.events.length, { timeout: 20_000 }).toBeGreaterThan(1);
    late.hangUp();
    await expect.poll(() => chatty.cancelledChats(), { timeout: 20_000 }).toBe(1);
    const rows = await tokwatt.activity(2);
    expect(rows.map(({ completed }) => completed)).toEqual([false, false]);
  });

  it('sends tool calls apart, and tells the row, also of an answer that was stopped', async () => {
    const server = await ollama({ models: { a: 1 }, gapMs: 100, callsTool: true });
    const tokwatt = await meter({ box: server.url });
    const tools = [{ type: 'function', function: { name: 'add', parameters: {} } }];
    const chat = await wholeCall(tokwatt, '/api/chat', {
      ...{ model: 'a', prompt: 'x', images: ['iVBORw0'], tools, think: false },
    });
    expect(chat.events.find(({ event }) => event === 'tool_call')?.data).toMatchObject({
      tool_call: { index: 0, id: null, name: 'add', arguments: '{"a":1}' },
    });
    const asked = server.asked.find(({ path }) => path === '/api/chat');
    expect(asked?.body).toMatchObject({
      messages: [{ role: 'user', content: 'x', images: ['iVBORw0'] }],
      ...{ tools, think: false },
    });
    expect(asked?.headers).not.toHaveProperty('x-tokwatt-request');
    const [row] = await tokwatt.activity(1);
    expect(chat.events.at(-1)?.data.exchange_id).toBe(row?.id);
    const stopped = await streamedCall(tokwatt, '/api/chat', { model: 'a', prompt: 'y' });
    await expect.poll(() => stopped.events.length, { timeout: 20_000 }).toBeGreaterThan(1);
    stopped.hangUp();
    const id = stopped.headers.get('x-request-id') ?? '';
    const found = async (): Promise<unknown> =>
      ((await tokwatt.get(`/api/chat/${id}`)) as { exchange_id: unknown }).exchange_id;
    await expect.poll(found, { timeout: 20_000 }).toEqual(expect.any(Number));
    const [second] = await tokwatt.activity(2);
    expect(await found()).toBe(second?.id);
    expect((await call(tokwatt, 'GET', '/api/chat/unknown')).status).toBe(404);
  });

  it('ends with an error event if the answer breaks off', async () => {
    const server = await ollama({ models: { broken: 1 } });
    const tokwatt = await meter({ box: server.url });
    const told = await wholeCall(tokwatt, '/api/chat', { model: 'broken', message: 'x' });
    expect(told.events.at(-1)).toMatchObject({
      event: 'error',
      data: { error: 'the runner has died', code: 'upstream_failed' },
    });
    const vllm = await other('vllm', { dieInChat: true });
    const second = await meter({ vllm: vllm.url });
    const died = await wholeCall(second, '/api/chat', { model: 'meta/llama', prompt: 'x' });
    expect(died.events.map(({ event }) => event)).toEqual(['token', 'error']);
    expect(died.events.at(-1)?.data).toMatchObject({ code: 'upstream_died' });
  });

  it('uses OpenAI’s API for servers other than Ollama', async () => {
    const vllm = await other('vllm');
    const tokwatt = await meter({ vllm: vllm.url });
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
    const chat = await wholeCall(tokwatt, '/api/chat', {
      model: 'meta/llama',
      messages,
      top_p: 0.9,
      options: { num_predict: 7, seed: 1 },
    });
    expect(chat.events.map(({ event, data }) => [event, data.token ?? data.thinking])).toEqual([
      ['thinking', 'Hm'],
      ['token', 'Héllo'],
      ['done', undefined],
    ]);
    expect(chat.events.at(-1)?.data).toMatchObject({
      finish_reason: 'stop',
      prompt_tokens: 12,
      cached_prompt_tokens: 8,
      completion_tokens: 2,
    });
    expect(JSON.parse(vllm.changes()[0]?.replace(/^\S+ \S+ /, '') ?? '')).toEqual({
      model: 'meta/llama',
      messages,
      stream: true,
      stream_options: { include_usage: true },
      top_p: 0.9,
      max_tokens: 7,
      seed: 1,
    });
  });

  it('answers refusals before anything is streamed', async () => {
    const server = await ollama({ models: {} });
    const tokwatt = await meter({ box: server.url, down: GONE });
    for (const [body, status, words] of [
      [{ model: 'a', upstream: 'box', prompt: 'x' }, 404, "model 'a' not found"],
      [{ model: 'a', upstream: 'down', prompt: 'x' }, 502, 'connection refused'],
      [{ model: 'a', upstream: 'other', prompt: 'x' }, 404, 'There is no upstream "other"'],
      [{ prompt: 'x' }, 400, 'model: name one, or set a default'],
      [{ model: 'a' }, 400, 'give one of messages, message and prompt'],
      [{ model: 'a', prompt: 'x', message: 'y' }, 400, 'give one of'],
      [{ model: 'a', messages: [] }, 400, 'messages: must not be empty'],
      [{ model: 'a', messages: Array(10_001).fill(0) }, 400, 'messages: must be at most 10000'],
      [{ model: 'a', messages: [{ content: 'x' }] }, 400, 'messages.0.role'],
      [{ model: 'a', prompt: 'x', max_tokens: 0 }, 400, 'max_tokens'],
    ] as const) {
      const answer = await call(tokwatt, 'POST', '/api/chat', body);
      expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(words)]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it('leaves no prompt in the log', async () => {
    const server = await ollama({ models: { broken: 1 } });
    const tokwatt = await meter({ box: server.url });
    await wholeCall(tokwatt, '/api/chat', { model: 'broken', message: 'my secret' });
    await call(tokwatt, 'POST', '/api/chat', { model: 'none', message: 'my secret' });
    expect(tokwatt.stderr()).not.toContain('secret');
    expect(await allRows(tokwatt)).toHaveLength(2);
  });
});
