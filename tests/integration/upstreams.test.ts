import { afterEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../electron/core/log.ts';
import { discoverServers } from '../../electron/core/upstreams/discovery.ts';
import { createUpstreamWatcher } from '../../electron/core/upstreams/watcher.ts';
import {
  type UpstreamStatus,
  type UpstreamWatcher,
} from '../../electron/core/upstreams/watcher-contract.ts';
import type { LoadedModel } from '../../shared/slices.ts';
import {
  llamaServerOrReason,
  startLlamaServer,
  type LlamaServerOptions,
  type RunningLlamaServer,
} from '../support/llama-server.ts';

const llama = llamaServerOrReason();
const missing = typeof llama === 'string';
const suffix = missing ? ` (skipped: ${llama})` : '';

let server: RunningLlamaServer | null = null;
let watcher: UpstreamWatcher | null = null;

afterEach(async () => {
  watcher?.stop();
  watcher = null;
  await server?.stop();
  server = null;
});

interface Watching {
  readonly server: RunningLlamaServer;
  readonly watcher: UpstreamWatcher;
  readonly health: () => UpstreamStatus | undefined;
  readonly models: () => readonly LoadedModel[];
  readonly until: (wanted: () => boolean) => Promise<void>;
}

async function watchLlama(options: LlamaServerOptions): Promise<Watching> {
  const running = await startLlamaServer(options);
  server = running;
  let states: readonly UpstreamStatus[] = [];
  let loaded: readonly LoadedModel[] = [];
  let wake = (): void => undefined;
  const watching = createUpstreamWatcher({
    upstreams: [{ name: 'llama', url: new URL(running.url), exactUsage: false }],
    log: SILENT_LOG,
    intervalMs: 100,
    onHealth: (next) => {
      states = next;
      wake();
    },
    onLoadedModels: (next) => {
      loaded = next;
      wake();
    },
  });
  watcher = watching;
  await watching.start();
  return {
    server: running,
    watcher: watching,
    health: () => states[0],
    models: () => loaded,
    until: async (wanted) => {
      while (!wanted()) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

async function complete(url: string, model: string): Promise<void> {
  const answer = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, prompt: 'hello', max_tokens: 2 }),
  });
  expect(answer.status).toBe(200);
}

describe.skipIf(missing)(`a real llama-server, watched${suffix}`, () => {
  it('is recognised with its model, and reported as down when it ends', async () => {
    const { server, health, models, until } = await watchLlama({
      model: 'chat',
      args: ['-c', '1024'],
    });
    expect(health()).toMatchObject({ kind: 'llamacpp', health: 'up', note: null });
    expect(health()?.label).toMatch(/^llama-server b\d+$/);
    expect(models()).toHaveLength(1);
    expect(models()[0]).toMatchObject({ upstream: 'llama', state: 'loaded', contextLength: 1024 });
    expect(models()[0]?.name).toMatch(/chat\.gguf$/);
    expect(models()[0]?.sizeBytes).toBeGreaterThan(100_000);
    expect(models()[0]?.parameterSize).toMatch(/^\d+\.\d[KMB]$/);
    expect(models()[0]?.vramBytes).toBeNull();
    await server.stop();
    await until(() => health()?.health === 'down');
    expect(health()?.note).toContain('Start it again');
    expect(models()).toEqual([]);
  });

  it('is watched without being woken, and seen asleep', async () => {
    const { server, models, until } = await watchLlama({
      model: 'chat',
      args: ['--sleep-idle-seconds', '1'],
    });
    await complete(server.url, 'chat');
    await until(() => models()[0]?.state === 'sleeping');
    await complete(server.url, 'chat');
    await until(() => models()[0]?.state === 'loaded');
  });

  it('shows which models a router holds', async () => {
    const { server, watcher, health, models, until } = await watchLlama({ model: 'router' });
    expect(health()?.label).toMatch(/^llama-server \(router\) b\d+$/);
    expect(models()).toEqual([]);
    await complete(server.url, 'chat');
    watcher.refresh('llama');
    await until(() => models().some((model) => model.state === 'loaded'));
    expect(models().map((model) => model.name)).toEqual(['chat']);
    expect(models()[0]?.contextLength).toBeGreaterThan(0);
    await fetch(`${server.url}/models/unload`, { method: 'POST', body: '{"model":"chat"}' });
    await until(() => models().length === 0);
  });

  it('is found on its port', async () => {
    const { port, url } = (server = await startLlamaServer({ model: 'chat' }));
    const found = await discoverServers({ ports: [port] });
    expect(found).toMatchObject([{ url, kind: 'llamacpp' }]);
  });
});
