import { afterEach, describe, expect, it } from 'vitest';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike, OllamaLikeOptions } from '../support/ollama-like.ts';

const running: { stop(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop();
});

async function start(
  options: OllamaLikeOptions,
): Promise<{ server: OllamaLike; tokwatt: Headless }> {
  const server = await startOllamaLike(options);
  running.push(server);
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${server.url}`] });
  running.push(tokwatt);
  return { server, tokwatt };
}

async function send(
  { proxy }: Headless,
  path: string,
  body: object,
  method = 'POST',
): Promise<number> {
  const answer = await fetch(`${proxy}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
}

function rowOf(rows: readonly Row[], endpoint: string): Row | undefined {
  return rows.find((row) => row.endpoint === endpoint);
}

describe('the row of what works on models', () => {
  it('tells that a download failed, although its status is 200', async () => {
    const { tokwatt } = await start({ models: { plain: 1 } });
    expect(await send(tokwatt, '/api/pull', { model: 'missing' })).toBe(200);
    const [failed] = await tokwatt.activity(1);
    expect(failed).toMatchObject({
      model: 'missing',
      stream: true,
      status: 200,
      completed: false,
      error: 'stream_error',
      inference: false,
    });
    expect(await send(tokwatt, '/api/pull', { model: 'fine' })).toBe(200);
    const [fine] = await tokwatt.activity(2);
    expect(fine).toMatchObject({ model: 'fine', completed: true, error: null, stream: true });
    expect(await tokwatt.get('/api/counters')).toMatchObject({ ever: { other_requests: 2 } });
  });

  it('calls only those a stream that are one', async () => {
    const { tokwatt } = await start({ models: { plain: 1 } });
    await send(tokwatt, '/api/show', { model: 'plain' });
    await send(tokwatt, '/api/copy', { source: 'plain', destination: 'other' });
    await send(tokwatt, '/api/delete', { model: 'plain' }, 'DELETE');
    const rows = await tokwatt.activity(3);
    const streams = ['/api/show', '/api/copy', '/api/delete'].map(
      (endpoint) => rowOf(rows, endpoint)?.stream,
    );
    expect(streams).toEqual([false, false, false]);
  });
});
