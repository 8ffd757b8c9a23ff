/** The first row of a model already has its architecture. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';

/** Time after which the query for a model's architecture has been answered, milliseconds. */
const SHOWN_MS = 300;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  options: OllamaLikeOptions = {},
): Promise<{ server: OllamaLike; tokwatt: Headless }> {
  const server = await startOllamaLike({
    models: { a: 5 },
    ...{ architecture: 'qwen3', showMs: 50, thinkMs: 200 },
    ...options,
  });
  closers.push(() => server.stop());
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${server.url}`] });
  closers.push(() => tokwatt.stop());
  // Only a server of a known kind is asked.
  const kind = async (): Promise<unknown> => {
    const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
      upstreams: { kind: string | null }[];
    };
    return upstreams[0]?.kind;
  };
  await expect.poll(kind, { timeout: 10_000 }).toBe('ollama');
  return { server, tokwatt };
}

async function chat(tokwatt: Headless, model: string): Promise<number> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] });
  const answer = await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body });
  await answer.text();
  return answer.status;
}

async function newest(tokwatt: Headless, count: number): Promise<unknown> {
  return (await tokwatt.activity(count))[0]?.architecture;
}

describe('the architecture of a model', () => {
  it('is in the first row, because it is asked while the request runs', async () => {
    const { server, tokwatt } = await start();
    expect(await chat(tokwatt, 'a')).toBe(200);
    expect(await newest(tokwatt, 1)).toBe('qwen3');
    expect(await chat(tokwatt, 'a')).toBe(200);
    expect(await newest(tokwatt, 2)).toBe('qwen3');
    expect(server.asked.filter(({ path }) => path === '/api/show')).toHaveLength(1);
  });

  it('is in the first row after a download through Tokwatt', async () => {
    const { tokwatt } = await start();
    expect(await chat(tokwatt, 'new')).toBe(404);
    expect(await newest(tokwatt, 1)).toBeNull();
    await sleep(SHOWN_MS);
    const body = JSON.stringify({ model: 'new' });
    await (await fetch(`${tokwatt.proxy}/api/pull`, { method: 'POST', body })).text();
    expect(await chat(tokwatt, 'new')).toBe(200);
    expect(await newest(tokwatt, 3)).toBe('qwen3');
  });

  it('is in the first row after a download elsewhere, if the answer takes a moment', async () => {
    const { server, tokwatt } = await start({ gapMs: 50 });
    expect(await chat(tokwatt, 'new')).toBe(404);
    await sleep(SHOWN_MS);
    server.models.set('new', { size: 5, loaded: false });
    expect(await chat(tokwatt, 'new')).toBe(200);
    expect(await newest(tokwatt, 2)).toBe('qwen3');
  });
});
