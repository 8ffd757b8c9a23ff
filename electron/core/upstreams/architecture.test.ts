import { afterEach, describe, expect, it } from 'vitest';
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
    expect(cache.lookup(upstream, 'qwen3:8b')).toBeNull();
    await cache.settled();
    expect(cache.lookup(upstream, 'qwen3:8b')).toBe('qwen3');
    expect(server?.bodies).toEqual(['{"model":"qwen3:8b"}']);
  });

  it('sends the key of the upstream', async () => {
    server = await serveShape(SHOW, { admits: bearer('sk-show') });
    cache = createArchitectureCache({
      log: SILENT_LOG,
      kindOf: () => 'ollama',
      credentialsOf: () => new Credentials('sk-show'),
    });
    cache.lookup({ name: 'one', url: server.url, exactUsage: false }, 'm');
    await cache.settled();
    expect(cache.lookup({ name: 'one', url: server.url, exactUsage: false }, 'm')).toBe('qwen3');
  });

  it('sends one request for many lookups', async () => {
    const [cache, upstream] = await open('ollama', SHOW);
    for (let i = 0; i < 50; i += 1) cache.lookup(upstream, 'm');
    await cache.settled();
    for (let i = 0; i < 50; i += 1) cache.lookup(upstream, 'm');
    await cache.settled();
    expect(server?.asked).toEqual(['POST /api/show']);
  });

  it('remembers a failed request for a while, and then tries again', async () => {
    const [cache, upstream] = await open('ollama', {});
    cache.lookup(upstream, 'm');
    await cache.settled();
    expect(cache.lookup(upstream, 'm')).toBeNull();
    await cache.settled();
    expect(server?.asked).toHaveLength(1);

    const [impatient, other] = await open('ollama', {}, 0);
    impatient.lookup(other, 'm');
    await impatient.settled();
    server?.become(SHOW);
    impatient.lookup(other, 'm');
    await impatient.settled();
    expect(impatient.lookup(other, 'm')).toBe('qwen3');
  });

  it("finds LM Studio's models by key and by instance, in both of its lists", async () => {
    const [cache, upstream] = await open('lmstudio', LM_STUDIO_SHAPE);
    for (const model of ['qwen/qwen3-8b', 'qwen/qwen3-8b:2']) {
      cache.lookup(upstream, model);
      await cache.settled();
      expect(cache.lookup(upstream, model)).toBe('qwen3');
    }
    server?.become(LM_STUDIO_OLD_SHAPE);
    cache.lookup(upstream, 'phi-4');
    await cache.settled();
    expect(cache.lookup(upstream, 'phi-4')).toBe('phi3');
  });

  it('sends no requests to servers without this information or of unknown kind', async () => {
    const [cache, upstream] = await open(null, SHOW);
    expect(cache.lookup(upstream, 'm')).toBeNull();
    await cache.settled();
    expect(server?.asked).toEqual([]);
  });

  it('limits concurrent requests and sends the rest later', async () => {
    const [cache, upstream] = await open('ollama', SHOW);
    const models = Array.from({ length: 10 }, (_, index) => `m${index}`);
    for (const model of models) cache.lookup(upstream, model);
    await cache.settled();
    expect(server?.bodies).toHaveLength(4);
    while (models.some((model) => cache.lookup(upstream, model) === null)) await cache.settled();
    expect(server?.bodies).toHaveLength(10);
  });
});
