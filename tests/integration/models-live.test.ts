/**
 * Loads and unloads appear in the live view at once, without waiting for the next regular check.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startLlmServer } from '../support/management-servers.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Well below the time between two regular checks, which is five seconds. */
const SOON = { timeout: 2_500, interval: 20 };

async function meter(url: string): Promise<Headless> {
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${url}`] });
  closers.push(() => tokwatt.stop());
  return tokwatt;
}

async function ollama(
  options: OllamaLikeOptions,
): Promise<{ server: OllamaLike; tokwatt: Headless }> {
  const server = await startOllamaLike({ models: { a: 5, b: 5, nomic: 5 }, ...options });
  closers.push(() => server.stop());
  return { server, tokwatt: await meter(server.url) };
}

/** The live view's models, as `NAME STATE`. */
async function live(tokwatt: Headless): Promise<string[]> {
  const view = (await tokwatt.get('/api/live')) as {
    loaded_models: { name: string; state: string }[];
  };
  return view.loaded_models.map(({ name, state }) => `${name} ${state}`);
}

/** Waits for a regular check, so that the next one is a whole interval away. */
async function afterCheck(server: OllamaLike): Promise<void> {
  const before = server.polls();
  await expect.poll(() => server.polls(), { timeout: 20_000, interval: 5 }).toBeGreaterThan(before);
}

const post = async (url: string, body: object): Promise<unknown> =>
  (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json();

describe('a load or unload over the API', () => {
  it('is shown as loading at once, and is complete when the answer arrives', async () => {
    const { tokwatt } = await ollama({ loadMs: 700, unloadMs: 500 });
    const loading = ask(tokwatt, 'POST', '/api/ollama/models/a/load');
    await expect.poll(() => live(tokwatt), SOON).toEqual(['a loading']);
    await loading;
    expect(await live(tokwatt)).toEqual(['a loaded']);
    await ask(tokwatt, 'POST', '/api/ollama/models/a/unload');
    expect(await live(tokwatt)).toEqual([]);
  });

  it('is shown as loading until it fails', async () => {
    const { server, tokwatt } = await ollama({ loadMs: 500 });
    const failing = call(tokwatt, 'POST', '/api/ollama/models/a/load').catch(() => null);
    await expect.poll(() => live(tokwatt), SOON).toEqual(['a loading']);
    server.models.delete('a');
    await server.stop();
    closers.shift();
    await failing;
    await expect.poll(() => live(tokwatt), SOON).toEqual([]);
  });

  it('starts and stops a server of llama-swap', async () => {
    const swap = await startLlmServer('llama-swap', { swapMs: 600 });
    closers.push(() => swap.stop());
    const tokwatt = await meter(swap.url);
    const loading = ask(tokwatt, 'POST', '/api/ollama/models/two/load');
    await expect.poll(() => live(tokwatt), SOON).toEqual(['org/one loaded', 'two loading']);
    await loading;
    expect(await live(tokwatt)).toEqual(['org/one loaded', 'two loaded']);
    await ask(tokwatt, 'POST', '/api/ollama/models/org/one/unload');
    expect(await live(tokwatt)).toEqual(['two loaded']);
  });
});

describe('a client’s own request', () => {
  it('that loads or unloads in Ollama is shown as soon as the server lists it', async () => {
    const { server, tokwatt } = await ollama({ unloadMs: 700, embedders: ['nomic'] });
    await afterCheck(server);
    await post(`${tokwatt.proxy}/api/generate`, { model: 'a' });
    await expect.poll(() => live(tokwatt), SOON).toEqual(['a loaded']);
    await post(`${tokwatt.proxy}/api/embed`, { model: 'nomic' });
    await expect.poll(() => live(tokwatt), SOON).toEqual(['a loaded', 'nomic loaded']);
    await afterCheck(server);
    await post(`${tokwatt.proxy}/api/generate`, { model: 'a', keep_alive: 0 });
    await expect.poll(() => live(tokwatt), SOON).toEqual(['nomic loaded']);
  });

  it('that unloads after its answer is shown too', async () => {
    const { server, tokwatt } = await ollama({ unloadMs: 1_200 });
    await post(`${tokwatt.proxy}/api/generate`, { model: 'a' });
    await expect.poll(() => live(tokwatt), SOON).toEqual(['a loaded']);
    await afterCheck(server);
    const messages = [{ role: 'user', content: 'x' }];
    const body = JSON.stringify({ model: 'a', messages, keep_alive: '0s' });
    await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body })).text();
    await expect.poll(() => live(tokwatt), SOON).toEqual([]);
  });

  it('that has a model loaded shows it while it waits', async () => {
    const { server, tokwatt } = await ollama({ loadMs: 4_000 });
    await afterCheck(server);
    const body = JSON.stringify({ model: 'b', messages: [{ role: 'user', content: 'x' }] });
    const chat = fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body });
    await expect.poll(() => live(tokwatt), SOON).toEqual(['b loaded']);
    await (await chat).text();
  });

  it('that starts or stops a server of llama-swap is shown too', async () => {
    const swap = await startLlmServer('llama-swap', { swapMs: 4_000 });
    closers.push(() => swap.stop());
    const tokwatt = await meter(swap.url);
    await expect.poll(() => live(tokwatt), SOON).toEqual(['org/one loaded']);
    await post(`${tokwatt.proxy}/api/models/unload/org/one`, {});
    await expect.poll(() => live(tokwatt), SOON).toEqual([]);
    const body = JSON.stringify({ model: 'two', messages: [{ role: 'user', content: 'x' }] });
    const chat = fetch(`${tokwatt.proxy}/v1/chat/completions`, { method: 'POST', body });
    await expect.poll(() => live(tokwatt), SOON).toEqual(['two loading']);
    await (await chat).text();
    await expect.poll(() => live(tokwatt), SOON).toEqual(['two loaded']);
  });
});
