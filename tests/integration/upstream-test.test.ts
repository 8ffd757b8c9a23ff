import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { JAN_SHAPE, serveShape } from '../support/llm-server-shapes.ts';
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
    '/api/chat': '{"model":"m","done":true,"message":{"role":"assistant","content":"Hi"}}',
  };
  const body = answers[request.url ?? ''];
  request.resume();
  response.writeHead(body === undefined ? 404 : 200).end(body ?? '');
});
let url: string;
let tokwatt: Headless;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokwatt = await startHeadless({ args: ['--log-level', 'error'], env: { OLLAMA_BASE_URL: url } });
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

it('asks a model as a client would, and meters that as a test', async () => {
  const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
    upstreams: { name: string }[];
  };
  const name = upstreams[0]!.name;
  const test = (api: string): Promise<unknown> =>
    ask(tokwatt, 'POST', '/api/upstreams/test', { name, api, model: 'm' });
  await ask(tokwatt, 'PATCH', '/api/settings', { upstreams: [{ name, url, api_key: KEY }] });
  expect(await test('ollama')).toMatchObject({ ok: true, note: null });
  expect(await test('responses')).toMatchObject({
    ok: false,
    note: expect.stringContaining('404 at /v1/responses'),
  });
  const rows = await tokwatt.activity(2);
  const named = rows.map(({ client, endpoint }) => [client.application, endpoint]);
  expect(named.slice(0, 2)).toEqual([
    ['Tokwatt test', '/v1/responses'],
    ['Tokwatt test', '/api/chat'],
  ]);
  await ask(tokwatt, 'PATCH', '/api/settings', { upstreams: [] });
});

it('needs the token, and exactly one server', async () => {
  const without = await call(tokwatt, 'POST', '/api/upstreams/test', { url }, {});
  expect(without.status).toBe(401);
  const api = 'ollama';
  for (const body of [{}, { url, name: 'ollama' }, { url: 'somewhere' }, { name: 'ollama', api }]) {
    expect((await call(tokwatt, 'POST', '/api/upstreams/test', body)).status).toBe(400);
  }
  const unknown = await call(tokwatt, 'POST', '/api/upstreams/test', { name: 'nobody' });
  expect(unknown.status).toBe(404);
});

it('finds a server at a port of its own, but not one that it has', async () => {
  const other = await serveShape(JAN_SHAPE);
  const ports = [other.port, Number(new URL(url).port)];
  const found = await ask(tokwatt, 'POST', '/api/upstreams/find', { ports });
  const address = `http://127.0.0.1:${other.port}`;
  expect(found).toEqual({ servers: [{ url: address, kind: 'jan', label: 'Jan' }] });
  await other.close();
});
