/**
 * What every endpoint rejects, generated from the API's own document, so that new routes are
 * included.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOf } from '../../electron/core/api/auth-policy.ts';
import { chats } from '../support/chats.ts';
import { allRows, ask, call, raw, tokenOf } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { endpointsOf, fill } from '../support/openapi.ts';
import type { Document, Endpoint, Parameter } from '../support/openapi.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

type Json = Readonly<Record<string, unknown>>;
interface Heard {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];
const REQUIRED: Readonly<Record<string, string>> = {
  from: '0',
  to: '60000',
  bucket_ms: '60000',
  model: 'some/model:1b',
  by: 'model',
};
/** Only a model server can say that it does not know a model. */
const ignore = (): void => undefined;
const ASKS_UPSTREAM = /^\/api\/(ollama|chat)/;

let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;
let endpoints: Endpoint[];
/** What Tokwatt itself asks of its upstream, and for reading. */
let own: ReadonlySet<string>;
let before: unknown;

const asked = (): string[] => upstream.requests.map(({ method, target }) => `${method} ${target}`);

/** All that a call could have changed. */
async function state(): Promise<unknown> {
  const get = (path: string): Promise<unknown> => ask(tokwatt, 'GET', path);
  const rows = await allRows(tokwatt);
  return [
    rows.map(({ id }) => id),
    tokenOf(tokwatt),
    await get('/api/settings'),
    await get('/api/jobs').then((answer) => (answer as { jobs: { name: string }[] }).jobs.length),
    await get('/api/counters').then((answer) => (answer as { period: Json }).period.since),
    await get('/api/alerts'),
    await get('/api/models/repository'),
  ];
}

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-refusals-'));
  const settings = { libraryUrl: upstream.url, upstreams: [{ name: 'fast', url: upstream.url }] };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  tokwatt = await startHeadless({ args: ['--log-level', 'error'], dataDir: folder });
  await chats(tokwatt, 3);
  await tokwatt.activity(3);
  await ask(tokwatt, 'POST', '/api/jobs', { name: 'kept' });
  endpoints = endpointsOf(await ask<Document>(tokwatt, 'GET', '/api/openapi.json'));
  // Reading the overview of models lists them, which is no change.
  await ask(tokwatt, 'GET', '/api/models/overview');
  // By then it has asked all that it asks by itself.
  while (asked().filter((each) => each === 'GET /api/ps').length < 2) await sleep(50);
  own = new Set(asked());
  before = await state();
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

const VALUES: Readonly<Record<string, string>> = {
  ...{ id: '1', name: 'kept', what: 'activity', request_id: 'never-there' },
  by: 'application',
};
const pathOf = ({ path }: Endpoint): string =>
  fill(path, path.startsWith('/api/data/') ? { what: 'metrics' } : VALUES);

/** The path with all that is required in its query. */
function target(endpoint: Endpoint, more = '', without = ''): string {
  const needed = endpoint.parameters.filter(
    (each) => each.in === 'query' && each.required && each.name !== without,
  );
  const pairs = needed.map(({ name }) => `${name}=${REQUIRED[name] ?? '1'}`);
  return `${pathOf(endpoint)}?${[...pairs, more].filter(Boolean).join('&')}`;
}

/** By hand: `fetch` sets Host itself. */
function tell(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
  api = tokwatt.api,
): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const authorization = `Bearer ${tokenOf(tokwatt)}`;
    const all = { authorization, ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const client = request(`${api}${path}`, { method, headers: { ...sent, ...length } });
    client.on('error', reject);
    // A body that is rejected while it is being sent may fail after Node has let go of the socket.
    client.on('socket', (socket) => {
      // A kept connection is used again, and needs the listener only once.
      if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
    });
    client.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.once('error', reject);
      answer.once('end', () => {
        const type = answer.headers['content-type'] ?? '';
        resolve({ status: answer.statusCode ?? 0, type, text, headers: answer.headers });
      });
    });
    client.end(body);
  });
}

/** What is wrong with a refusal; nothing if it has the status and a problem body that fits. */
function flaw(answer: Heard, status: number, words = ''): string[] {
  const said = `${answer.status} ${answer.text.slice(0, 200)}`;
  if (answer.status !== status) return [`${said}, not ${status}`];
  if (answer.type !== 'application/problem+json') return [`${said}: ${answer.type}`];
  const body = JSON.parse(answer.text) as Json;
  const keys = Object.keys(body).sort().join();
  if (keys !== 'code,detail,detail_sentence,status,title,type' || body.status !== status)
    return [said];
  if (typeof body.detail !== 'string' || !/^[^\n]{10,}$/.test(body.detail)) return [said];
  return body.detail.includes(words) ? [] : [`${said} does not say ${words}`];
}

/** Runs one check on every endpoint that fits; nothing may be wrong with any. */
async function everywhere(
  fits: (endpoint: Endpoint) => boolean,
  check: (endpoint: Endpoint) => Promise<readonly string[]>,
): Promise<void> {
  const fitting = endpoints.filter(fits);
  expect(fitting.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for (const endpoint of fitting) {
    for (const each of await check(endpoint)) wrong.push(`${endpoint.title}: ${each}`);
  }
  expect(wrong).toEqual([]);
}

const all = (): boolean => true;
const reads = ({ method }: Endpoint): boolean => method === 'GET';
const changes = (endpoint: Endpoint): boolean => !reads(endpoint);
const takesToken = ({ method, path }: Endpoint): boolean => accessOf(method, path) !== 'figures';
const schemaOfBody = ({ operation }: Endpoint): Json | null =>
  operation.requestBody?.content['application/json']?.schema ?? null;

describe('strangers', () => {
  const wrongTokens = (): string[] => {
    const token = tokenOf(tokwatt);
    const others = ['', 'x', 'x'.repeat(43), `${token}x`, token.slice(1), 'x'.repeat(9_000)];
    return ['', token, `Basic ${token}`, ...others.map((each) => `Bearer ${each}`)];
  };

  it('read no content and change nothing without the token', () =>
    everywhere(takesToken, async (endpoint) => {
      const wrong: string[] = [];
      for (const authorization of wrongTokens()) {
        const answer = await tell(endpoint.method, target(endpoint), { authorization });
        wrong.push(...flaw(answer, 401, 'api-token'));
        if (answer.headers['www-authenticate'] !== 'Bearer') wrong.push('no WWW-Authenticate');
      }
      return wrong;
    }));

  it('read nothing without the token if the API listens beyond loopback', async () => {
    const dataDir = join(folder, 'open');
    const open = await startHeadless({
      args: ['--upstream', upstream.url, '--bind', '0.0.0.0', '--log-level', 'error'],
      dataDir,
    });
    const api = open.api.replace('0.0.0.0', '127.0.0.1');
    try {
      await everywhere(all, async (endpoint) => {
        const wrong: string[] = [];
        for (const authorization of ['', 'Bearer wrong']) {
          const answer = await tell(
            endpoint.method,
            target(endpoint),
            { authorization },
            undefined,
            api,
          );
          wrong.push(...flaw(answer, 401));
        }
        return wrong;
      });
    } finally {
      await open.stop();
    }
  });

  it('are rejected with a foreign Host, with and without the token', () =>
    everywhere(all, async (endpoint) => {
      const wrong: string[] = [];
      for (const host of ['evil.example', '127.0.0.1.evil.example:80', 'localhost.evil.example']) {
        wrong.push(...flaw(await tell(endpoint.method, target(endpoint), { host }), 403, 'Host'));
      }
      return wrong;
    }));

  it('are rejected from resources embedded in a foreign page, which have no Origin', () =>
    everywhere(all, async (endpoint) => {
      const wrong: string[] = [];
      for (const site of ['cross-site', 'same-site']) {
        const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' };
        wrong.push(...flaw(await tell(endpoint.method, target(endpoint), headers), 403));
      }
      return wrong;
    }));

  it('are rejected from a foreign page, with and without the token', () =>
    everywhere(all, async (endpoint) => {
      const wrong: string[] = [];
      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://']) {
        const answer = await tell(endpoint.method, target(endpoint), { origin });
        wrong.push(...flaw(answer, 403));
        if ('access-control-allow-origin' in answer.headers) wrong.push('CORS is open');
      }
      return wrong;
    }));

  it('get no WebSocket', () =>
    everywhere(reads, async (endpoint) => {
      const { host } = new URL(tokwatt.api);
      const answer = await raw(
        tokwatt.api,
        `GET ${target(endpoint)} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, close\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
      const isClear = /^HTTP\/1.1 400 [^]*application\/problem\+json[^]*WebSocket/.test(answer);
      return isClear ? [] : [answer.slice(0, 300)];
    }));
});

describe('methods', () => {
  /** Whether the document has this method on a path, be it under another pattern. */
  const isThere = (method: string, path: string): boolean =>
    endpoints.some((each) => {
      const pattern = each.path.replace(/\{\w+\}/g, '.+');
      return each.method === method && new RegExp(`^${pattern}$`).test(path);
    });

  it('that an endpoint lacks are answered with the allowed ones', () =>
    everywhere(all, async (endpoint) => {
      const path = pathOf(endpoint);
      const wrong: string[] = [];
      for (const method of METHODS.filter((each) => !isThere(each, path))) {
        const answer = await tell(method, path);
        wrong.push(...flaw(answer, 405, endpoint.method).map((each) => `${method} ${each}`));
        const allow = String(answer.headers.allow).split(', ');
        if (!allow.includes(endpoint.method)) wrong.push(`${method}: Allow ${allow.join()}`);
        if (allow.includes(method)) wrong.push(`${method} is refused and allowed`);
        if (allow.includes('GET') !== allow.includes('HEAD')) wrong.push('GET without HEAD');
      }
      return wrong;
    }));

  it('HEAD is GET without the body', () =>
    everywhere(
      (each) => reads(each) && !/events|library|\/ollama|export|capture/.test(each.path),
      async (endpoint) => {
        const [head, get] = [
          await tell('HEAD', target(endpoint)),
          await tell('GET', target(endpoint)),
        ];
        const isSame = head.status === get.status && head.type === get.type && head.text === '';
        return isSame ? [] : [`${head.status} ${head.type} ${head.text.length} bytes`];
      },
    ));
});

/** Texts that a parameter's schema does not let through. */
function wrongTexts({ schema }: Parameter): string[] {
  const { type, minimum, maximum, maxLength, pattern, format } = schema;
  if (schema.enum !== undefined) return ['', 'nope', 'NULL'];
  if (type === 'integer' || type === 'number') {
    const bounds = [
      ...(typeof minimum === 'number' ? [minimum - 1] : []),
      ...(typeof maximum === 'number' ? [maximum + 1, maximum * 1e6, 1e21] : []),
    ];
    const whole = type === 'integer' ? ['1.5'] : [];
    return ['', 'ten', '0x10', '1e3', 'NaN', 'null', ...whole, ...bounds.map(String)];
  }
  if (type === 'boolean') return ['', 'yes', '1', 'TRUE'];
  if (type === 'array') return ['', 'nope', 'model,nope'];
  return [
    ...(typeof maxLength === 'number' ? ['x'.repeat(maxLength + 1)] : []),
    ...(pattern !== undefined || format !== undefined ? ['§', ' '] : []),
  ];
}

/** Values that a member's schema does not let through. */
function wrongValues(schema: Json): unknown[] {
  const options = schema.anyOf as readonly Json[] | undefined;
  if (options !== undefined) return wrongValues(options.find(({ type }) => type !== 'null') ?? {});
  if (schema.enum !== undefined || schema.const !== undefined) return ['nope', 7.5, []];
  switch (schema.type) {
    case 'string':
      return [7, true, [], {}];
    case 'integer':
    case 'number':
      return ['7', true, [], {}];
    case 'boolean':
      return ['true', 1, []];
    case 'array':
      return [7, 'text', {}];
    case 'object':
      return [7, 'text', []];
    default:
      return [];
  }
}

describe('queries', () => {
  it('with unknown names are rejected by name', () =>
    everywhere(all, async (endpoint) => {
      const answer = await tell(endpoint.method, target(endpoint, 'unknown_thing=1'));
      return flaw(answer, 400, 'unknown_thing');
    }));

  it('with missing or repeated parameters are rejected by name', () =>
    everywhere(
      ({ parameters }) => parameters.some((each) => each.in === 'query'),
      async (endpoint) => {
        const wrong: string[] = [];
        for (const { name, required } of endpoint.parameters.filter((p) => p.in === 'query')) {
          const twice = target(endpoint, `${name}=1&${name}=1`);
          wrong.push(...flaw(await tell(endpoint.method, twice), 400, name));
          if (!required) continue;
          const without = target(endpoint, '', name);
          wrong.push(...flaw(await tell(endpoint.method, without), 400, name));
        }
        return wrong;
      },
    ));

  it('of the wrong kind or size are refused by name', () =>
    everywhere(
      ({ parameters }) => parameters.some((each) => each.in === 'query'),
      async (endpoint) => {
        const wrong: string[] = [];
        for (const parameter of endpoint.parameters.filter((each) => each.in === 'query')) {
          const { name } = parameter;
          for (const text of wrongTexts(parameter)) {
            const query = `${name}=${encodeURIComponent(text)}`;
            const answer = await tell(endpoint.method, target(endpoint, query, name));
            const flaws = flaw(answer, 400, name);
            wrong.push(...flaws.map((each) => `${query.slice(0, 60)}: ${each}`));
          }
        }
        return wrong;
      },
    ));
});

describe('paths', () => {
  const unknown: Readonly<Record<string, readonly string[]>> = {
    id: ['999999999', '999999999999999', '9999999999999999999', '-1', '1.5', 'one'],
    name: ['never-there', '__proto__', '..%2f..', 'x'.repeat(500)],
    what: ['never-there', '__proto__'],
    request_id: ['never-there', '__proto__', 'x'.repeat(500)],
  };

  it('to missing things are answered with 404', () =>
    everywhere(
      ({ path, method, operation }) =>
        path.includes('{') &&
        !ASKS_UPSTREAM.test(path) &&
        (operation.responses['404'] !== undefined || path.includes('{what}')) &&
        (method !== 'PUT' || operation.requestBody === undefined),
      async (endpoint) => {
        const wrong: string[] = [];
        const [, name = ''] = /\{(\w+)\}/.exec(endpoint.path) ?? [];
        for (const value of unknown[name] ?? ['never-there']) {
          const path = endpoint.path.replace(/\{\w+\}/, value);
          const body = endpoint.path.startsWith('/api/data/') ? '{"confirm": true}' : undefined;
          const answer = await tell(endpoint.method, path, {}, body);
          // What cannot be a name is not looked for.
          const isOdd = name === 'what' || (value.length > 300 && answer.status === 400);
          const flaws = flaw(answer, isOdd ? 400 : 404);
          wrong.push(...flaws.map((each) => `${value.slice(0, 40)}: ${each}`));
        }
        return wrong;
      },
    ));
});

describe('bodies', () => {
  it('that are not a JSON object are rejected', () =>
    everywhere(
      (endpoint) => schemaOfBody(endpoint) !== null,
      async (endpoint) => {
        const wrong: string[] = [];
        const without = endpoint.operation.requestBody?.required === true ? [''] : [];
        for (const text of [...without, '{', 'null', '[]', '"text"', '7', '{"name":', '\0']) {
          const answer = await tell(endpoint.method, target(endpoint), {}, text);
          wrong.push(...flaw(answer, 400).map((each) => `${JSON.stringify(text)}: ${each}`));
        }
        return wrong;
      },
    ));

  it('that are too large are rejected, on every route', () =>
    everywhere(changes, async (endpoint) => {
      // A conversation may be long, and hold pictures.
      const isLarge = ['/api/chat', '/api/prices/import'].includes(endpoint.path);
      const limit = isLarge ? 8 * 1024 * 1024 : 64 * 1024;
      const body = JSON.stringify({ name: 'x'.repeat(limit) });
      return flaw(await tell(endpoint.method, target(endpoint), {}, body), 413, `${limit}`);
    }));

  it('with unknown members, or members of the wrong type, are rejected', () =>
    everywhere(
      // The web page's calls take what its contract says, which is no part of the document.
      (endpoint) => schemaOfBody(endpoint) !== null && !endpoint.path.startsWith('/api/bridge/'),
      async (endpoint) => {
        const schema = schemaOfBody(endpoint)!;
        const wrong: string[] = [];
        const bodies: object[] =
          schema.additionalProperties === false ? [{ unknown_thing: 1 }] : [];
        const members = (schema.properties ?? {}) as Readonly<Record<string, Json>>;
        for (const [name, member] of Object.entries(members)) {
          bodies.push(...wrongValues(member).map((value) => ({ [name]: value })));
        }
        for (const body of bodies) {
          const text = JSON.stringify(body);
          const answer = await tell(endpoint.method, target(endpoint), {}, text);
          wrong.push(...flaw(answer, 400).map((each) => `${text}: ${each}`));
        }
        return wrong;
      },
    ));
});

describe('after all that', () => {
  it('nothing has changed, the log is empty, and nothing was sent upstream', async () => {
    expect(await state()).toEqual(before);
    expect([...new Set(asked())].filter((each) => !own.has(each))).toEqual([]);
    expect(tokwatt.stderr()).toBe('');
    expect((await call(tokwatt, 'GET', '/api/health')).status).toBe(200);
  });
});
