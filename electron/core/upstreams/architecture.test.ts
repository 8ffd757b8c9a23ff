import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  LM_STUDIO_OLD_SHAPE,
  LM_STUDIO_SHAPE,
  bearer,
  serveShape,
  type Shape,
  type ShapedServer,
} from '../../../tests/support/llm-server-shapes.ts';
import { SILENT_LOG } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { Credentials } from './credentials.ts';
import { createArchitectureCache, type ArchitectureCache } from './architecture.ts';

let server: ShapedServer | null = null;
let cache: ArchitectureCache | null = null;

afterEach(async () => {
  vi.useRealTimers();
  cache?.close();
  await server?.close();
});

async function open(
  kind: string | null,
  shape: Shape,
  retryMs?: number,
): Promise<[ArchitectureCache, Upstream]> {
  server = await serveShape(shape);
  cache = createArchitectureCache({
    log: SILENT_LOG,
    kindOf: () => kind,
    ...(retryMs === undefined ? {} : { retryMs }),
  });
  return [cache, { name: 'one', url: server.url, exactUsage: false }];
}

const SHOW = { '/api/show': { body: { model_info: { 'general.architecture': 'qwen3' } } } };

describe('architecture cache', () => {
  it('answers at once, and has the architecture at the next lookup', async () => {
    const [cache, upstream] = await open('ollama', SHOW);
    expect(cache.lookup(upstream, 'qwen3:8b', false)).toBeNull();
    await cache.settled();
    expect(cache.lookup(upstream, 'qwen3:8b', false)).toBe('qwen3');
    expect(server?.bodies).toEqual(['{"model":"qwen3:8b"}']);
  });

  it('sends the key of the upstream', async () => {
    server = await serveShape(SHOW, { admits: bearer('sk-show') });
    cache = createArchitectureCache({
      log: SILENT_LOG,
      kindOf: () => 'ollama',
      credentialsOf: () => new Credentials('sk-show'),
    });
    cache.lookup({ name: 'one', url: server.url, exactUsage: false }, 'm', false);
    await cache.settled();
    expect(cache.lookup({ name: 'one', url: server.url, exactUsage: false }, 'm', false)).toBe(
      'qwen3',
    );
  });

  it('sends one request for many lookups', async () => {
    const [cache, upstream] = await open('ollama', SHOW);
    for (let i = 0; i < 50; i += 1) cache.lookup(upstream, 'm', false);
    await cache.settled();
    for (let i = 0; i < 50; i += 1) cache.lookup(upstream, 'm', false);
    await cache.settled();
    expect(server?.asked).toEqual(['POST /api/show']);
  });

  it('remembers a failed request for a short while only', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const [cache, upstream] = await open('ollama', {});
    const ask = async (): Promise<string | null> => {
      cache.lookup(upstream, 'm', false);
      await cache.settled();
      return cache.lookup(upstream, 'm', false);
    };
    await ask();
    server?.become(SHOW);
    vi.advanceTimersByTime(4_900);
    expect(await ask()).toBeNull();
    vi.advanceTimersByTime(200);
    expect(await ask()).toBe('qwen3');
  });

  it('tries once more when the server has answered for the model, or has new models', async () => {
    const [cache, upstream] = await open('ollama', {});
    const ask = async (isAnswered: boolean): Promise<number> => {
      cache.lookup(upstream, 'm', isAnswered);
      await cache.settled();
      return server?.asked.length ?? 0;
    };
    expect(await ask(false)).toBe(1);
    expect(await ask(false)).toBe(1);
    expect(await ask(true)).toBe(2);
    expect(await ask(true)).toBe(2);
    cache.retry();
    expect(await ask(false)).toBe(3);
  });

  it('queries few made-up names, and still those of models that have answered', async () => {
    const [cache, upstream] = await open('ollama', {});
    for (let n = 0; n < 100; n += 1) {
      cache.lookup(upstream, `made-up-${n}`, false);
      await cache.settled();
    }
    expect(server?.asked).toHaveLength(32);
    server?.become(SHOW);
    cache.lookup(upstream, 'real', true);
    await cache.settled();
    expect(cache.lookup(upstream, 'real', true)).toBe('qwen3');
  });

  it('remembers a failed request for a while, and then tries again', async () => {
    const [cache, upstream] = await open('ollama', {});
    cache.lookup(upstream, 'm', false);
    await cache.settled();
    expect(cache.lookup(upstream, 'm', false)).toBeNull();
    await cache.settled();
    expect(server?.asked).toHaveLength(1);

    const [impatient, other] = await open('ollama', {}, 0);
    impatient.lookup(other, 'm', false);
    await impatient.settled();
    server?.become(SHOW);
    impatient.lookup(other, 'm', false);
    await impatient.settled();
    expect(impatient.lookup(other, 'm', false)).toBe('qwen3');
  });

  it("finds LM Studio's models by key and by instance, in both of its lists", async () => {
    const [cache, upstream] = await open('lmstudio', LM_STUDIO_SHAPE);
    for (const model of ['qwen/qwen3-8b', 'qwen/qwen3-8b:2']) {
      cache.lookup(upstream, model, false);
      await cache.settled();
      expect(cache.lookup(upstream, model, false)).toBe('qwen3');
    }
    server?.become(LM_STUDIO_OLD_SHAPE);
    cache.lookup(upstream, 'phi-4', false);
    await cache.settled();
    expect(cache.lookup(upstream, 'phi-4', false)).toBe('phi3');
  });

  it('sends no requests to servers without this information or of unknown kind', async () => {
    const [cache, upstream] = await open(null, SHOW);
    expect(cache.lookup(upstream, 'm', false)).toBeNull();
    await cache.settled();
    expect(server?.asked).toEqual([]);
  });

  it('limits concurrent requests and sends the rest later', async () => {
    const [cache, upstream] = await open('ollama', SHOW);
    const models = Array.from({ length: 10 }, (_, index) => `m${index}`);
    for (const model of models) cache.lookup(upstream, model, false);
    await cache.settled();
    expect(server?.bodies).toHaveLength(4);
    while (models.some((model) => cache.lookup(upstream, model, false) === null))
      await cache.settled();
    expect(server?.bodies).toHaveLength(10);
  });
});
