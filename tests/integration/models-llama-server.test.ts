import { afterEach, describe, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import type { LlamaServerOptions, RunningLlamaServer } from '../support/llama-server.ts';
import { streamedCall, wholeCall } from '../support/streamed-call.ts';

const llama = llamaServerOrReason();
const missing = typeof llama === 'string';
const suffix = missing ? ` (skipped: ${llama})` : '';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function metered(
  model: LlamaServerOptions['model'],
): Promise<{ server: RunningLlamaServer; tokwatt: Headless }> {
  const server = await startLlamaServer({ model });
  closers.push(() => server.stop());
  const tokwatt = await startHeadless({ args: ['--upstream', `llama=${server.url}`] });
  closers.push(() => tokwatt.stop());
  return { server, tokwatt };
}

interface Listed {
  readonly models: readonly { readonly name: string; readonly loaded: boolean | null }[];
}
async function loaded(tokwatt: Headless): Promise<string[]> {
  const { models } = await ask<Listed>(tokwatt, 'GET', '/api/ollama/models');
  expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(['chat', 'slow']));
  return models.filter((model) => model.loaded === true).map(({ name }) => name);
}

describe.skipIf(missing)(`the models of a real llama-server${suffix}`, () => {
  it('are loaded and unloaded behind a router, and answer once they are', async () => {
    const { server, tokwatt } = await metered('router');
    expect(await loaded(tokwatt)).toEqual([]);
    expect(await ask(tokwatt, 'POST', '/api/ollama/models/chat/load')).toEqual({
      status: 'loaded',
      model: 'chat',
      upstream: 'llama',
    });
    expect(await loaded(tokwatt)).toEqual(['chat']);
    expect((await server.metrics('chat')).outputTokens).toBe(0);
    // Again is no error: what was asked for is so.
    await ask(tokwatt, 'POST', '/api/ollama/models/chat/load');
    await ask(tokwatt, 'POST', '/api/ollama/models/chat/unload');
    expect(await loaded(tokwatt)).toEqual([]);
    await ask(tokwatt, 'POST', '/api/ollama/models/chat/unload');
    const unknown = await call(tokwatt, 'POST', '/api/ollama/models/none/load');
    expect(unknown.status).toBe(404);
    expect(unknown.body.detail).toContain('llama has no model "none"');
    expect(await tokwatt.activity(0)).toEqual([]);
  });

  it('are in the live view as soon as the router lists them, whoever loads them', async () => {
    const { server, tokwatt } = await metered('router');
    const live = async (): Promise<string[]> => {
      const view = (await tokwatt.get('/api/live')) as {
        loaded_models: { name: string; state: string }[];
      };
      return view.loaded_models.map(({ name, state }) => `${name} ${state}`);
    };
    const told = async (): Promise<string[]> => {
      const list = (await (await fetch(`${server.url}/v1/models`)).json()) as {
        data: { id: string; status: { value: string } }[];
      };
      const all = list.data.map(({ id, status }) => `${id} ${status.value}`);
      return all.filter((model) => !model.endsWith('unloaded'));
    };
    const liveOnceTold = async (models: string[]): Promise<void> => {
      await expect.poll(told, { timeout: 30_000, interval: 20 }).toEqual(models);
      // Well below the time between two regular checks.
      await expect.poll(live, { timeout: 2_500, interval: 20 }).toEqual(models);
    };
    const loading = ask(tokwatt, 'POST', '/api/ollama/models/chat/load');
    await expect.poll(live, { timeout: 2_500, interval: 20 }).toEqual(['chat loading']);
    await loading;
    expect(await live()).toEqual(['chat loaded']);
    await ask(tokwatt, 'POST', '/api/ollama/models/chat/unload');
    expect(await live()).toEqual([]);

    const post = (path: string, body: object): Promise<Response> =>
      fetch(`${tokwatt.proxy}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post('/models/load', { model: 'slow' })).status).toBe(200);
    await liveOnceTold(['slow loaded']);
    expect((await post('/models/unload', { model: 'slow' })).status).toBe(200);
    await liveOnceTold([]);
    const messages = [{ role: 'user', content: 'x' }];
    const chat = await post('/v1/chat/completions', { model: 'chat', messages, max_tokens: 1 });
    expect(chat.status).toBe(200);
    await liveOnceTold(['chat loaded']);
  });

  it('cannot be loaded if there is only one, with an error that explains it', async () => {
    const { tokwatt } = await metered('chat');
    const answer = await call(tokwatt, 'POST', '/api/ollama/models/chat/load');
    expect(answer.status).toBe(501);
    expect(answer.body.detail).toContain('start it as a router');
    expect((await call(tokwatt, 'DELETE', '/api/ollama/models/chat')).status).toBe(501);
  });

  it('chat, and every token is counted once and as the server counts it', async () => {
    const { server, tokwatt } = await metered('router');
    const chat = await wholeCall(tokwatt, '/api/chat', {
      model: 'chat',
      messages: [{ role: 'user', content: 'the meter reads' }],
      max_tokens: 12,
      temperature: 0,
      options: { ignore_eos: true },
    });
    const end = chat.events.at(-1);
    expect(end).toMatchObject({ event: 'done', data: { finish_reason: 'length', model: 'chat' } });
    expect(chat.events.filter(({ event }) => event === 'token').length).toBeGreaterThan(0);
    const metrics = await server.metrics('chat');
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({
      client: { application: 'Tokwatt Playground' },
      operation: 'chat',
      completed: true,
      usage: {
        input_tokens: metrics.promptTokens + metrics.cachedPromptTokens,
        output_tokens: metrics.outputTokens,
      },
    });
    expect(end?.data).toMatchObject({
      prompt_tokens: metrics.promptTokens + metrics.cachedPromptTokens,
      completion_tokens: metrics.outputTokens,
    });
    expect(metrics.outputTokens).toBe(12);
  });

  it('stop generating when the client hangs up', async () => {
    const { server, tokwatt } = await metered('slow');
    const chat = await streamedCall(tokwatt, '/api/chat', {
      model: 'slow',
      prompt: 'x',
      max_tokens: 4_000,
    });
    await expect.poll(() => chat.events.length, { timeout: 30_000 }).toBeGreaterThan(3);
    chat.hangUp();
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({ completed: false, client: { application: 'Tokwatt Playground' } });
    expect((await server.metrics()).outputTokens).toBeLessThan(4_000);
  });
});
