import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';

const KEY = 'sk-test';
/** Like Ollama behind a reverse proxy that wants a key. */
const server = createServer((request, response) => {
  if (request.headers.authorization !== `Bearer ${KEY}`) {
    response.writeHead(401).end('{}');
    return;
  }
  const answers: Readonly<Record<string, string>> = {
    '/': 'Ollama is running',
    '/api/version': '{"version":"0.33.0"}',
    '/api/ps': '{"models":[]}',
    '/v1/models': '{"object":"list","data":[]}',
  };
  const body = answers[request.url ?? ''];
  response.writeHead(body === undefined ? 404 : 200).end(body ?? '');
});
let url: string;
let tokwatt: Headless;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokwatt = await startHeadless({ args: ['--upstream', url, '--log-level', 'error'] });
});
afterAll(async () => {
  await tokwatt.stop();
  server.close();
});

it('says what answers at an address, and what is wrong there', async () => {
  const closed = `http://127.0.0.1:${await freePort()}`;
  const test = (body: object): Promise<unknown> =>
    ask(tokwatt, 'POST', '/api/upstreams/test', body);
  expect(await test({ url, api_key: KEY })).toMatchObject({
    ok: true,
    kind: 'ollama',
    label: 'Ollama 0.33.0',
    note: null,
  });
  expect(await test({ url })).toMatchObject({
    ok: false,
    note: expect.stringContaining('needs an API key'),
  });
  expect(await test({ url, api_key: 'sk-wrong' })).toMatchObject({
    ok: false,
    note: expect.stringContaining('refuses the API key'),
  });
  expect(await test({ url: closed })).toMatchObject({
    ok: false,
    note: expect.stringContaining('Nothing answers'),
  });
});

it('tests the way through the proxy', async () => {
  const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
    upstreams: { name: string }[];
  };
  const body = { name: upstreams[0]!.name, through_proxy: true };
  expect(await ask(tokwatt, 'POST', '/api/upstreams/test', body)).toMatchObject({ ok: true });
  server.closeAllConnections();
});

it('needs the token, and exactly one server', async () => {
  const without = await call(tokwatt, 'POST', '/api/upstreams/test', { url }, {});
  expect(without.status).toBe(401);
  for (const body of [{}, { url, name: 'ollama' }, { url: 'somewhere' }]) {
    expect((await call(tokwatt, 'POST', '/api/upstreams/test', body)).status).toBe(400);
  }
  const unknown = await call(tokwatt, 'POST', '/api/upstreams/test', { name: 'nobody' });
  expect(unknown.status).toBe(404);
  const found = await ask<{ servers: unknown[] }>(tokwatt, 'POST', '/api/upstreams/find', {});
  expect(Array.isArray(found.servers)).toBe(true);
});
