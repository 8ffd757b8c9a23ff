import { Hono } from 'hono';
import { afterEach, expect, test, vi } from 'vitest';
import { serveApi } from './api-server.ts';
import type { RunningApi } from './api-server.ts';

const WHERE = { port: 0, bind: '127.0.0.1', token: { value: 'none' } };
let api: RunningApi | null = null;

afterEach(async () => {
  await api?.close();
  api = null;
});

test('the API is made by the first request, and once', async () => {
  const load = vi.fn(() => Promise.resolve(new Hono().get('/', (c) => c.text('here'))));
  api = await serveApi(load, WHERE);
  expect(load).not.toHaveBeenCalled();
  const { url } = api;
  const answers = await Promise.all([fetch(url), fetch(url), api.ask(new Request(url))]);
  expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(Array(3).fill('here'));
  expect(load).toHaveBeenCalledTimes(1);
});

test('an API that cannot be loaded says what to do', async () => {
  api = await serveApi(() => Promise.reject(new Error('no such file')), WHERE);
  const answer = await fetch(api.url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    500,
    'application/problem+json',
  ]);
  expect(await answer.json()).toMatchObject({
    code: 'internal',
    detail: expect.stringMatching(/no such file.*Install Tokwatt again/) as unknown,
  });
});
