import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../../../shared/slices.ts';
import {
  KOBOLDCPP_SHAPE,
  LLAMA_ROUTER_SHAPE,
  LLAMA_SERVER_SHAPE,
  OLLAMA_SHAPE,
  OPENAI_SHAPE,
  VLLM_SHAPE,
  bearer,
  serveShape,
  type Shape,
  type ShapedServer,
  type ShapedServerOptions,
} from '../../../tests/support/llm-server-shapes.ts';
import { startLiteLlm } from '../../../tests/support/litellm-server.ts';
import { SILENT_LOG } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { Credentials } from './credentials.ts';
import { createUpstreamWatcher } from './watcher.ts';
import {
  type UpstreamStatus,
  type UpstreamWatcher,
  type UpstreamWatcherOptions,
} from './watcher-contract.ts';

const servers: ShapedServer[] = [];
const rawServers: Server[] = [];
const sockets = new Set<Socket>();
let watcher: UpstreamWatcher | null = null;

afterEach(async () => {
  watcher?.stop();
  watcher = null;
  for (const socket of sockets) socket.destroy();
  for (const server of rawServers.splice(0)) server.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(shape: Shape, options?: ShapedServerOptions): Promise<ShapedServer> {
  const server = await serveShape(shape, options);
  servers.push(server);
  return server;
}

/** A port on which no server listens. */
async function freePort(): Promise<number> {
  const server = await serveShape({});
  await server.close();
  return server.port;
}

const upstream = (name: string, url: URL | string): Upstream => ({
  name,
  url: new URL(url),
  exactUsage: false,
});

interface Watching {
  readonly watcher: UpstreamWatcher;
  readonly health: (readonly UpstreamStatus[])[];
  readonly models: (readonly LoadedModel[])[];
  readonly until: (wanted: () => boolean) => Promise<void>;
}

function watch(upstreams: Upstream[], options: Partial<UpstreamWatcherOptions> = {}): Watching {
  const health: (readonly UpstreamStatus[])[] = [];
  const models: (readonly LoadedModel[])[] = [];
  let wake = (): void => undefined;
  watcher = createUpstreamWatcher({
    upstreams,
    log: SILENT_LOG,
    intervalMs: 30,
    onHealth: (states) => {
      health.push(states);
      wake();
    },
    onLoadedModels: (loaded) => {
      models.push(loaded);
      wake();
    },
    ...options,
  });
  return {
    watcher,
    health,
    models,
    until: async (wanted) => {
      while (!wanted()) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

describe('upstream watcher', () => {
  it('knows every upstream once it has started', async () => {
    const ollama = await serve(OLLAMA_SHAPE);
    const llama = await serve(LLAMA_SERVER_SHAPE);
    const gone = await freePort();
    const { watcher, health, models } = watch([
      upstream('one', ollama.url),
      upstream('two', llama.url),
      upstream('three', `http://127.0.0.1:${gone}`),
    ]);
    await watcher.start();
    expect(health.at(-1)).toMatchObject([
      { name: 'one', kind: 'ollama', label: 'Ollama 0.33.0', health: 'up', note: null },
      { name: 'two', kind: 'llamacpp', label: 'llama-server b11669', health: 'up', note: null },
      {
        name: 'three',
        kind: null,
        label: null,
        health: 'down',
        note: `Nothing answers at http://127.0.0.1:${gone} (connection refused). Start the server, or name your server with --upstream URL.`,
      },
    ]);
    expect(models.at(-1)?.map((model) => [model.upstream, model.name])).toEqual([
      ['one', 'llama3.1:8b'],
      ['two', '/models/qwen.gguf'],
    ]);
  });

  it('calls a loaded model by the name that it is counted under, at Ollama alone', async () => {
    const named = (shape: Shape): Shape =>
      JSON.parse(
        JSON.stringify(shape)
          .replaceAll('llama3.1:8b', 'plain:latest')
          .replaceAll('/models/qwen.gguf', 'qwen:latest'),
      ) as Shape;
    const ollama = await serve(named(OLLAMA_SHAPE));
    const llama = await serve(named(LLAMA_SERVER_SHAPE));
    const { watcher, models } = watch([upstream('one', ollama.url), upstream('two', llama.url)]);
    await watcher.start();
    expect(models.at(-1)?.map((model) => [model.upstream, model.name])).toEqual([
      ['one', 'plain'],
      ['two', 'qwen:latest'],
    ]);
  });

  it('follows a server that goes and comes back as another', async () => {
    const first = await serve(OLLAMA_SHAPE);
    const { watcher, health, models, until } = watch([upstream('one', first.url)]);
    await watcher.start();
    expect(models.at(-1)).toHaveLength(1);
    await first.close();
    await until(() => health.at(-1)?.[0]?.health === 'down');
    expect(health.at(-1)?.[0]).toMatchObject({
      kind: 'ollama',
      note: `Ollama 0.33.0 no longer answers at http://127.0.0.1:${first.port} (connection refused). Start it again.`,
    });
    expect(models.at(-1)).toEqual([]);
    await serve(KOBOLDCPP_SHAPE, { port: first.port });
    await until(() => health.at(-1)?.[0]?.health === 'up');
    expect(health.at(-1)?.[0]).toMatchObject({ kind: 'koboldcpp', note: null });
    await until(() => models.at(-1)?.[0]?.name === 'koboldcpp/tiny');
  });

  it('notices another server at the same address without a gap', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher, health, until } = watch([upstream('one', server.url)]);
    await watcher.start();
    server.become(LLAMA_SERVER_SHAPE);
    await until(() => health.at(-1)?.[0]?.kind === 'llamacpp');
    expect(health.map((states) => states[0]?.health)).not.toContain('down');
  });

  it('tells only what changed', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher, health, models, until } = watch([upstream('one', server.url)]);
    await watcher.start();
    const polls = (): number => server.asked.filter((path) => path === 'GET /api/ps').length;
    const before = polls();
    while (polls() < before + 3) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(health).toHaveLength(1);
    expect(models).toHaveLength(1);
    server.become({ ...OLLAMA_SHAPE, '/api/ps': { body: { models: [] } } });
    await until(() => models.length === 2);
    expect(models.at(-1)).toEqual([]);
    expect(health).toHaveLength(1);
  });

  it('asks one question a poll once it knows the server', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher } = watch([upstream('one', server.url)]);
    await watcher.start();
    const known = server.asked.length;
    while (server.asked.length < known + 4) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(new Set(server.asked.slice(known))).toEqual(new Set(['GET /api/ps']));
  });

  it('says that a llama-server is loading, and then what it is', async () => {
    const loading = { status: 503, body: { error: { message: 'Loading model' } } };
    const headers = { server: 'llama.cpp' };
    const server = await serve({ '/props': loading, '/v1/models': loading }, { headers });
    const { watcher, health, until } = watch([upstream('one', server.url)]);
    await watcher.start();
    expect(health.at(-1)?.[0]).toMatchObject({
      kind: 'llamacpp',
      health: 'up',
      note: 'It is loading a model.',
    });
    server.become(LLAMA_SERVER_SHAPE);
    await until(() => health.at(-1)?.[0]?.label === 'llama-server b11669');
    expect(health.at(-1)?.[0]?.note).toBeNull();
  });

  it('takes a server that wants a key for up, and says so', async () => {
    const locked = { status: 401, body: { error: { message: 'no key' } } };
    const server = await serve({ '/v1/models': locked });
    const { watcher, health } = watch([upstream('one', server.url)]);
    await watcher.start();
    expect(health.at(-1)?.[0]).toMatchObject({ kind: 'openai', health: 'up' });
    expect(health.at(-1)?.[0]?.note).toContain('API key');
  });

  it('takes a server that it does not know for up, and asks it rarely', async () => {
    const server = await serve({ '/': { body: 'hello' } });
    const { watcher, health } = watch([upstream('one', server.url)], { intervalMs: 50 });
    await watcher.start();
    expect(health.at(-1)?.[0]).toMatchObject({ kind: null, health: 'up' });
    expect(health.at(-1)?.[0]?.note).toContain('no server that Tokwatt knows');
    const asked = server.asked.length;
    watcher.refresh('one');
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(server.asked.length).toBe(asked);
  });

  it('keeps a busy server up while it takes connections', async () => {
    let mute = false;
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => {
        const body = JSON.stringify(OPENAI_SHAPE['/v1/models'].body);
        if (!mute) socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      });
    });
    rawServers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { watcher, health, until } = watch([upstream('one', `http://127.0.0.1:${port}`)], {
      timeoutMs: 400,
    });
    await watcher.start();
    await until(() => health.at(-1)?.[0]?.health === 'up');
    expect(health.at(-1)?.[0]?.note).toBeNull();
    mute = true;
    await until(() => health.at(-1)?.[0]?.note?.includes('busy or stuck') === true);
    expect(health.at(-1)?.[0]?.health).toBe('up');
    // But not forever.
    await until(() => health.at(-1)?.[0]?.health === 'down');
    mute = false;
    await until(() => health.at(-1)?.[0]?.health === 'up');
    expect(health.at(-1)?.[0]?.note).toBeNull();
  });

  it('checks soon when asked to, once for many calls', async () => {
    const server = await serve({ ...OLLAMA_SHAPE, '/api/ps': { body: { models: [] } } });
    const { watcher, models, until } = watch([upstream('one', server.url)], {
      intervalMs: 3_600_000,
    });
    await watcher.start();
    const polls = (): number => server.asked.filter((path) => path === 'GET /api/ps').length;
    const before = polls();
    server.become(OLLAMA_SHAPE);
    for (let i = 0; i < 100; i += 1) watcher.refresh('one');
    watcher.refresh('unknown');
    await until(() => models.length === 1);
    expect(models[0]?.[0]?.name).toBe('llama3.1:8b');
    expect(polls()).toBe(before + 1);
  });

  it('checks at once when models were loaded, and has told of them when that is done', async () => {
    const server = await serve({ ...OLLAMA_SHAPE, '/api/ps': { body: { models: [] } } });
    const { watcher, models } = watch([upstream('one', server.url)], { intervalMs: 3_600_000 });
    await watcher.start();
    server.become(OLLAMA_SHAPE);
    await watcher.settle('one');
    expect(models.at(-1)?.[0]?.name).toBe('llama3.1:8b');
    await watcher.settle('unknown');
  });

  it('asks again until an unload shows that was answered early, and then no more', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher, models, until } = watch([upstream('one', server.url)], {
      intervalMs: 3_600_000,
    });
    await watcher.start();
    const before = server.asked.length;
    await watcher.settle('one');
    expect(models.at(-1)).toHaveLength(1);
    while (server.asked.length < before + 3) await new Promise((resolve) => setTimeout(resolve, 5));
    server.become({ ...OLLAMA_SHAPE, '/api/ps': { body: { models: [] } } });
    await until(() => models.at(-1)?.length === 0);
    const asked = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(server.asked.length).toBe(asked);
  });

  it('asks at most every tenth of a second, however often models are loaded', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher } = watch([upstream('one', server.url)], { intervalMs: 3_600_000 });
    await watcher.start();
    const before = server.asked.length;
    const startedAt = performance.now();
    for (let i = 0; i < 100; i += 1) {
      void watcher.settle('one');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const elapsed = performance.now() - startedAt;
    expect(server.asked.length - before).toBeLessThanOrEqual(elapsed / 100 + 1);
  });

  it('asks often while a model is being loaded', async () => {
    const server = await serve(LLAMA_ROUTER_SHAPE);
    const { watcher, models, until } = watch([upstream('one', server.url)], {
      intervalMs: 3_600_000,
    });
    await watcher.start();
    expect(models.at(-1)?.map(({ state }) => state)).toContain('loading');
    const data = [{ id: 'c', owned_by: 'llamacpp', status: { value: 'loaded' } }];
    server.become({ ...LLAMA_ROUTER_SHAPE, '/v1/models': { body: { data } } });
    await until(() => models.at(-1)?.every(({ state }) => state === 'loaded') === true);
    const asked = server.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(server.asked.length).toBe(asked);
  });

  it('lets nobody wait for a check that never comes', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher } = watch([upstream('one', server.url)], { intervalMs: 3_600_000 });
    await watcher.settle('one');
    await watcher.start();
    const settled = Promise.all([watcher.settle('one'), watcher.settle('one')]);
    watcher.stop();
    await settled;
  });

  it('still checks under requests to check that never end', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher } = watch([upstream('one', server.url)], { intervalMs: 3_600_000 });
    await watcher.start();
    const asked = server.asked.length;
    const traffic = setInterval(() => watcher.refresh('one'), 20);
    while (server.asked.length === asked) await new Promise((resolve) => setTimeout(resolve, 20));
    clearInterval(traffic);
    expect(server.asked.length).toBeGreaterThan(asked);
  });

  it('takes on new upstreams, keeps what it knows of the old and forgets those gone', async () => {
    const ollama = await serve(OLLAMA_SHAPE);
    const llama = await serve(LLAMA_SERVER_SHAPE);
    const { watcher, health, models, until } = watch([upstream('one', ollama.url)]);
    await watcher.start();
    watcher.setUpstreams([upstream('two', llama.url), upstream('one', ollama.url)]);
    expect(health.at(-1)?.map((state) => [state.name, state.health])).toEqual([
      ['two', 'unknown'],
      ['one', 'up'],
    ]);
    await until(() => health.at(-1)?.[0]?.health === 'up');
    watcher.setUpstreams([upstream('two', llama.url)]);
    expect(health.at(-1)?.map((state) => state.name)).toEqual(['two']);
    await until(() => models.at(-1)?.length === 1);
    expect(models.at(-1)?.[0]?.upstream).toBe('two');
  });

  it('knows a server under its new name at once, and asks it nothing for that', async () => {
    const [first, second] = [await serve(OLLAMA_SHAPE), await serve(LLAMA_SERVER_SHAPE)];
    const { watcher, health, models } = watch(
      [upstream('one', first.url), upstream('two', second.url)],
      { intervalMs: 600_000 },
    );
    await watcher.start();
    const asked = first.asked.length;
    watcher.setUpstreams([upstream('three', second.url), upstream('new', first.url)]);
    expect(health.at(-1)?.map((state) => [state.name, state.health])).toEqual([
      ['three', 'up'],
      ['new', 'up'],
    ]);
    expect(models.at(-1)?.map((model) => model.upstream)).toContain('new');
    expect(first.asked.length).toBe(asked);
    watcher.refresh('one');
    watcher.refresh('new');
    while (first.asked.length === asked) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('asks nothing more after it was stopped', async () => {
    const server = await serve(OLLAMA_SHAPE);
    const { watcher, health } = watch([upstream('one', server.url)]);
    await watcher.start();
    watcher.stop();
    const asked = server.asked.length;
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(server.asked.length).toBe(asked);
    expect(health.at(-1)?.[0]?.health).toBe('up');
  });
});

describe('a server that wants a key', () => {
  const KEY = 'sk-watched-0123456789';
  const NEEDS = 'It needs an API key to list its models; set apiKey for this upstream.';

  it('is up, and its note says what to set', async () => {
    const server = await serve(VLLM_SHAPE, { admits: bearer(KEY) });
    const { watcher, health } = watch([upstream('one', server.url)]);
    await watcher.start();
    expect(health.at(-1)).toMatchObject([
      { kind: 'openai', health: 'up', note: expect.stringContaining(NEEDS) },
    ]);
    expect(server.headers.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  it.each([401, 403])('is up too if it refuses all with %i and says nothing', async (status) => {
    const refusal = { status, body: 'no' };
    const server = await serve(VLLM_SHAPE, { admits: () => false, refusal });
    const { watcher, health } = watch([upstream('one', server.url)]);
    await watcher.start();
    expect(health.at(-1)).toMatchObject([{ health: 'up', note: expect.stringContaining(NEEDS) }]);
  });

  it('is recognised and asked for its models with the key that is set', async () => {
    const server = await serve(VLLM_SHAPE, { admits: bearer(KEY) });
    const { watcher, health, models } = watch([upstream('one', server.url)], {
      credentialsOf: ({ name }) => new Credentials(name === 'one' ? KEY : null),
    });
    await watcher.start();
    expect(health.at(-1)).toMatchObject([{ kind: 'vllm', label: 'vLLM 0.21.0', note: null }]);
    expect(models.at(-1)).toMatchObject([{ name: 'Qwen/Qwen3-8B' }]);
  });

  it('is asked again at once when the key changes, also what it is', async () => {
    const server = await serve(VLLM_SHAPE, { admits: bearer(KEY) });
    let key: string | null = null;
    const { watcher, health, until } = watch([upstream('one', server.url)], {
      credentialsOf: () => new Credentials(key),
      intervalMs: 600_000,
    });
    await watcher.start();
    const state = (): UpstreamStatus | undefined => health.at(-1)?.[0];
    key = 'sk-wrong';
    watcher.recheck('one');
    await until(() => state()?.note?.startsWith('It refuses the API key') === true);
    key = KEY;
    watcher.recheck('one');
    await until(() => state()?.note === null);
    expect(state()).toMatchObject({ kind: 'vllm' });
    key = null;
    // The answer of a check in progress may still belong to the old key.
    watcher.recheck('one');
    watcher.recheck('one');
    await until(() => state()?.kind === 'openai');
  });

  it("is given Anthropic's headers if it is Anthropic's API", async () => {
    const server = await serve(
      { '/v1/models': { body: { data: [{ type: 'model', id: 'claude' }], has_more: false } } },
      {
        admits: (headers) =>
          headers['x-api-key'] === KEY && headers['anthropic-version'] !== undefined,
        refusal: { status: 401, body: { type: 'error', error: { type: 'authentication_error' } } },
      },
    );
    const { watcher, health } = watch([upstream('one', server.url)], {
      credentialsOf: () => new Credentials(KEY),
    });
    await watcher.start();
    expect(health.at(-1)).toMatchObject([{ kind: 'anthropic', health: 'up', note: null }]);
  });

  it('does not lead the key to another server', async () => {
    const other = await serve(VLLM_SHAPE);
    const location = new URL('/v1/models', other.url).href;
    const redirect = { status: 307, headers: { location }, body: '' };
    const paths = ['/', '/v1/models', '/props', '/running', '/version'];
    const server = await serve(Object.fromEntries(paths.map((path) => [path, redirect])));
    const { watcher } = watch([upstream('one', server.url)], {
      credentialsOf: () => new Credentials(KEY),
    });
    await watcher.start();
    expect(server.asked).toContain('GET /v1/models');
    expect(other.asked).toEqual([]);
  });
});

describe('a LiteLLM with a master key', () => {
  const KEY = 'sk-master-0123456789';
  const NEEDS = 'It needs an API key to list its models; set apiKey for this upstream.';
  const REFUSES = 'It refuses the API key that is set for this upstream';

  it.each<[string, boolean, string | null, string, string | null]>([
    ['needs a key', false, null, 'LiteLLM', NEEDS],
    ['needs one although it fails without its database package', true, null, 'LiteLLM', NEEDS],
    ['refuses another', false, 'sk-wrong', 'LiteLLM', REFUSES],
    ['takes its own', false, KEY, 'LiteLLM 1.108.7', null],
  ])('%s', async (_name, withoutPrisma, key, label, note) => {
    const server = await startLiteLlm({ masterKey: KEY, withoutPrisma });
    try {
      const { watcher, health } = watch([upstream('one', server.url)], {
        credentialsOf: () => new Credentials(key),
      });
      await watcher.start();
      expect(health.at(-1)).toMatchObject([
        {
          name: 'one',
          kind: 'litellm',
          label,
          health: 'up',
          note: note === null ? null : expect.stringContaining(note),
        },
      ]);
      expect(server.asked).not.toContain('GET /health');
      expect(server.asked).not.toContain('GET /health +key');
    } finally {
      await server.stop();
    }
  });
});
