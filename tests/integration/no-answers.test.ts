import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';

const CHAT = '/v1/chat/completions';
const PAGE = '<!doctype html><html><title>Log in</title></html>';
const ANSWER = {
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 29, completion_tokens: 6, total_tokens: 35 },
};

interface Counters {
  readonly ever: {
    readonly all: { readonly requests: number; readonly errors: number };
    readonly other_requests: number;
  };
}

let upstream: http.Server;
let own: string;
let tokwatt: Headless;

/** The base path of the upstream is `/base`. */
const answers: Record<string, http.RequestListener> = {
  [`/base/moved${CHAT}`]: (_, res) => {
    res.writeHead(307, { location: `${own}/base${CHAT}?seen=1`, 'content-location': own });
    res.end(PAGE);
  },
  [`/base/relative${CHAT}`]: (_, res) => res.writeHead(308, { location: '../else' }).end(),
  [`/base/away${CHAT}`]: (_, res) => res.writeHead(302, { location: `${own}/login` }).end(),
  [`/base${CHAT}?seen=1`]: (_, res) => res.end(JSON.stringify(ANSWER)),
  [`/base/portal${CHAT}`]: (_, res) => {
    res.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' });
    res.end(zlib.gzipSync(PAGE));
  },
  [`/base/nothing${CHAT}`]: (_, res) => res.writeHead(204).end(),
};

beforeAll(async () => {
  upstream = http.createServer((req, res) => {
    const answer = answers[req.url ?? ''];
    req.resume().on('end', () => (answer ?? ((_, out) => out.writeHead(404).end()))(req, res));
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  own = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  tokwatt = await startHeadless({ args: ['--upstream', `box=${own}/base`] });
});

afterAll(async () => {
  expect(await tokwatt.stop()).toBe(0);
  upstream.closeAllConnections();
  upstream.close();
});

function ask(path: string, redirect: RequestInit['redirect'] = 'manual'): Promise<Response> {
  return fetch(`${tokwatt.proxy}${path}${CHAT}`, {
    method: 'POST',
    body: '{"model":"m","messages":[]}',
    redirect,
  });
}

async function counted(): Promise<[requests: number, errors: number, others: number]> {
  const { ever } = (await tokwatt.get('/api/counters')) as Counters;
  return [ever.all.requests, ever.all.errors, ever.other_requests];
}

/** The rows of the exchanges since `before` rows. */
async function rowsSince(before: number, count: number): Promise<Wire<ActivityRecord>[]> {
  const rows = await tokwatt.activity(before + count);
  return rows.slice(0, rows.length - before).reverse();
}

it('a redirect to the upstream itself leads through the proxy, and is counted once', async () => {
  const [requests, errors, others] = await counted();
  const before = (await tokwatt.activity(0)).length;
  const answer = await ask('/moved', 'follow');
  expect(answer.url).toBe(`${tokwatt.proxy}${CHAT}?seen=1`);
  expect(await answer.json()).toEqual(ANSWER);
  expect(await rowsSince(before, 2)).toMatchObject([
    { status: 307, inference: false, error: 'redirected', usage: { output_tokens: null } },
    { status: 200, inference: true, error: null, usage: { output_tokens: 6 } },
  ]);
  expect(await counted()).toEqual([requests + 1, errors, others + 1]);
});

it('only an address that the proxy can reach is rewritten', async () => {
  const moved = await ask('/moved');
  expect(moved.headers.get('location')).toBe(`${tokwatt.proxy}${CHAT}?seen=1`);
  expect(moved.headers.get('content-location')).toBe(own);
  expect((await ask('/relative')).headers.get('location')).toBe('../else');
  expect((await ask('/away')).headers.get('location')).toBe(`${own}/login`);
});

it.each([
  ['/portal', 200, 'web_page'],
  ['/nothing', 204, 'empty_answer'],
])('%s is a failed request without tokens', async (path, status, error) => {
  const [requests, errors, others] = await counted();
  const before = (await tokwatt.activity(0)).length;
  const answer = await ask(path);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toBe(path === '/portal' ? PAGE : '');
  const [row] = await rowsSince(before, 1);
  expect(row).toMatchObject({ status, error, completed: false, inference: true });
  expect(row?.usage).toMatchObject({ input_tokens: null, output_tokens: null });
  expect(await counted()).toEqual([requests + 1, errors + 1, others]);
  const { activity } = (await tokwatt.get(`/api/activity?error=${error}`)) as {
    activity: object[];
  };
  expect(activity).toHaveLength(1);
});
