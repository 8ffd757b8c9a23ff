import { afterEach, describe, expect, it } from 'vitest';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import type { RunningLlamaServer } from '../support/llama-server.ts';

const llama = llamaServerOrReason();
const title = typeof llama === 'string' ? ` (skipped: ${llama})` : '';

const started: RunningLlamaServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});
async function start(...options: Parameters<typeof startLlamaServer>): Promise<RunningLlamaServer> {
  const server = await startLlamaServer(...options);
  started.push(server);
  return server;
}
async function post(url: string, body: object, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

describe.skipIf(typeof llama === 'string')(`llama-server of the tests${title}`, () => {
  const messages = [{ role: 'user', content: 'the meter' }];

  it('counts in its metrics what it states in its answers', async () => {
    const server = await start({ model: 'chat' });
    const stated = { prompt: 0, output: 0 };
    for (let round = 0; round < 2; round++) {
      const answer = await post(`${server.url}/v1/chat/completions`, { messages, max_tokens: 5 });
      const { usage } = (await answer.json()) as {
        usage: { prompt_tokens: number; completion_tokens: number };
      };
      stated.prompt += usage.prompt_tokens;
      stated.output += usage.completion_tokens;
    }
    const { promptTokens, cachedPromptTokens, outputTokens } = await server.metrics();
    expect(outputTokens).toBe(stated.output);
    expect(promptTokens + cachedPromptTokens).toBe(stated.prompt);
    expect(cachedPromptTokens).toBeGreaterThan(0);
  });

  it('speaks every API it is used for', async () => {
    const { url } = await start({ model: 'chat' });
    await post(`${url}/completion`, { prompt: 'a', n_predict: 2 });
    await post(`${url}/v1/completions`, { prompt: 'a', max_tokens: 2 });
    await post(`${url}/v1/responses`, { input: 'a', max_output_tokens: 2 });
    await post(`${url}/v1/messages`, { model: 'm', messages, max_tokens: 2 });
    await post(`${url}/infill`, { input_prefix: 'a', input_suffix: 'b', n_predict: 2 });
    const embedder = await start({ model: 'chat', args: ['--embeddings', '--pooling', 'mean'] });
    await post(`${embedder.url}/v1/embeddings`, { input: 'a' });
    const ranker = await start({ model: 'chat', args: ['--reranking'] });
    await post(`${ranker.url}/v1/rerank`, { query: 'a', documents: ['b', 'c'] });
  });

  it('lets a slow stream be cut off in the middle', async () => {
    const server = await start({ model: 'slow' });
    const abort = new AbortController();
    const body = { messages, max_tokens: 4000, stream: true };
    const answer = await post(`${server.url}/v1/chat/completions`, body, abort.signal);
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.read();
    abort.abort();
    await expect
      .poll(async () => (await server.metrics()).outputTokens, { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect((await server.metrics()).outputTokens).toBeLessThan(4000);
  });

  it('loads models by name behind a router', async () => {
    const server = await start({ model: 'router' });
    await post(`${server.url}/v1/chat/completions`, { model: 'chat', messages, max_tokens: 3 });
    expect((await server.metrics('chat')).outputTokens).toBeGreaterThan(0);
  });

  it('leaves no process behind', async () => {
    const server = await start({ model: 'router' });
    await post(`${server.url}/v1/chat/completions`, { model: 'chat', messages, max_tokens: 3 });
    await server.stop();
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });
});
