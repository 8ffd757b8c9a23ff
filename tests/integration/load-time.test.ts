/** A load time says that a model was brought in; a wait behind another request is queue time. */
import { afterEach, describe, expect, it } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  options: OllamaLikeOptions,
): Promise<{ server: OllamaLike; tokwatt: Headless }> {
  const server = await startOllamaLike({ models: { a: 5 }, ...options });
  closers.push(() => server.stop());
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${server.url}`] });
  closers.push(() => tokwatt.stop());
  // The list of loaded models is known from the first check on.
  const health = async (): Promise<unknown> => {
    const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
      upstreams: { health: string }[];
    };
    return upstreams[0]?.health;
  };
  await expect.poll(health, { timeout: 10_000 }).toBe('up');
  return { server, tokwatt };
}

async function chat(tokwatt: Headless, model = 'a'): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'x' }] });
  await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body })).text();
}

const isListed = async (tokwatt: Headless): Promise<boolean> => {
  const view = (await tokwatt.get('/api/live')) as { loaded_models: { name: string }[] };
  return view.loaded_models.length > 0;
};

describe('through a server like Ollama', () => {
  it('only the request that brings a model in has a load time', async () => {
    const { tokwatt } = await start({ loadMs: 600, scheduleMs: 150 });
    await chat(tokwatt);
    await expect.poll(() => isListed(tokwatt), { timeout: 10_000 }).toBe(true);
    await chat(tokwatt);
    const [warm, cold] = await tokwatt.activity(2);
    expect(cold?.timing.load_ms).toBeGreaterThan(600);
    expect(warm?.timing.load_ms).toBeNull();
    expect(warm?.timing.queue_ms).toBeNull();
    const metrics = await (await fetch(`${tokwatt.api}/metrics`)).text();
    expect(metrics).toMatch(/^ollama_load_duration_seconds_count\{[^}]*\} 1$/m);
    expect(metrics).toMatch(/^tokwatt_phase_duration_seconds_count\{[^}]*phase="load"[^}]*\} 1$/m);
  });

  it('a request behind another one has queue time and no load time', async () => {
    const { tokwatt } = await start({ loadMs: 1_100, onePlace: true, thinkMs: 300, gapMs: 200 });
    const first = chat(tokwatt);
    const seen = async (): Promise<number> =>
      ((await tokwatt.get('/api/live')) as { in_flight: unknown[] }).in_flight.length;
    await expect.poll(seen, { interval: 10 }).toBe(1);
    await chat(tokwatt);
    await first;
    const [behind, ahead] = await tokwatt.activity(2);
    expect(ahead?.timing).toMatchObject({ queue_ms: null });
    expect(ahead?.timing.load_ms).toBeGreaterThan(1_090);
    expect(behind?.timing.load_ms).toBeNull();
    expect(behind?.timing.queue_ms).toBeGreaterThan(600);
  });
});
