/**
 * Who may read what: every route of the API's own document is compared with the table of the auth
 * policy.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_TABLE, accessOf } from '../../electron/core/api/auth-policy.ts';
import { calls } from '../../shared/ipc.ts';
import { ask, call, tokenOf } from '../support/control-api.ts';
import type { Row } from '../support/control-api.ts';
import { openEvents } from '../support/event-client.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { endpointsOf, fill } from '../support/openapi.ts';
import type { Document, Endpoint } from '../support/openapi.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** Planted in every part of a request and of what people write; no figure may tell one of them. */
const PLANTED = {
  prompt: 'planted-prompt-1c2f',
  header: 'planted-header-7b41',
  query: 'planted-query-93ad',
  tag: 'planted-tag-5e60',
  // A port of its own makes a loopback origin that nothing else has.
  origin: 'http://localhost:45871',
  key: 'planted-key-0a9b8c7d6e5f',
  note: 'planted-note-d3c2',
  setting: 'planted-host.example',
} as const;
/** Names of members that hold a client's address, wherever they are. */
const ADDRESSES = ['address', 'client_ip', 'clientIp', 'origin', 'tag'];
const NO_TOKEN = { authorization: '' };

let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;
let endpoints: Endpoint[];
let row: Row;

/** By hand: `fetch` sends no Origin of the caller's choice. */
function plant(): Promise<void> {
  const body = JSON.stringify({ model: MODEL, prompt: PLANTED.prompt, stream: false });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    origin: PLANTED.origin,
    authorization: `Bearer ${PLANTED.key}`,
    'x-tokwatt-tag': PLANTED.tag,
    'x-planted': PLANTED.header,
  };
  const target = `${tokwatt.proxy}/api/generate?mark=${PLANTED.query}`;
  return new Promise((resolve, reject) => {
    const client = request(target, { method: 'POST', headers }, (answer) => {
      answer.resume().once('end', resolve);
    });
    client.once('error', reject).end(body);
  });
}

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-access-'));
  const settings = {
    captures: { enabled: true },
    allowedHosts: [PLANTED.setting],
    libraryUrl: upstream.url,
    upstreams: [{ name: 'fast', url: upstream.url }],
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  tokwatt = await startHeadless({ args: ['--log-level', 'debug'], dataDir: folder });
  await plant();
  row = (await tokwatt.activity(1))[0]!;
  const entry = { model_name: 'noted:1b', notes: PLANTED.note };
  await ask(tokwatt, 'POST', '/api/models/repository', entry);
  await ask(tokwatt, 'POST', '/api/jobs', { name: 'kept' });
  endpoints = endpointsOf(await ask<Document>(tokwatt, 'GET', '/api/openapi.json'));
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

const QUERY: Readonly<Record<string, string>> = {
  from: '0',
  to: `${Date.now() + 3_600_000}`,
  bucket_ms: '3600000',
  model: 'some/model:1b',
  by: 'model',
};

/** The path with its parameters, and with all that its query needs. */
function target({ path, parameters }: Endpoint): string {
  const name = path.startsWith('/api/jobs/')
    ? 'kept'
    : path.startsWith('/api/upstreams/')
      ? 'fast'
      : 'noted:1b';
  const what = path.startsWith('/api/data/') ? 'metrics' : 'activity';
  const needed = parameters.filter((each) => each.in === 'query' && each.required);
  const query = needed.map((each) => `${each.name}=${QUERY[each.name] ?? ''}`).join('&');
  const values = { id: `${row.id}`, name, what, by: 'application', request_id: 'unknown' };
  return `${fill(path, values)}?${query}`;
}

/** What a reader without the token is told by a route; of the events, those of a short while. */
async function told(endpoint: Endpoint): Promise<string> {
  if (endpoint.path !== '/api/events') {
    return (await call(tokwatt, 'GET', target(endpoint), undefined, {})).text;
  }
  const since = `?last_event_id=${row.id - 1}-abc-1`;
  const client = await openEvents(tokwatt, since, NO_TOKEN);
  await Promise.all(['activity', 'snapshot'].map((each) => client.waitFor(each, 1)));
  await client.close();
  return client.messages.map(({ data }) => data).join('\n');
}

describe('the table', () => {
  it('has exactly one entry for every route of the document, and no other', () => {
    expect(Object.keys(ACCESS_TABLE).sort()).toEqual(endpoints.map(({ title }) => title).sort());
  });

  it('has the class change for every route that is not a GET, and only for those', () => {
    const wrong = endpoints.filter(
      ({ method, path }) => (accessOf(method, path) === 'change') !== (method !== 'GET'),
    );
    expect(wrong.map(({ title }) => title)).toEqual([]);
  });

  it("has the class of the contract for each of the page's calls", () => {
    for (const [name, { reach }] of Object.entries(calls)) {
      if (reach === 'desktop') continue;
      const method = reach === 'change' ? 'POST' : 'GET';
      expect([name, accessOf(method, `/api/bridge/${name}`)]).toEqual([name, reach]);
    }
  });

  it('agrees with the document for each route', () => {
    const wrong = endpoints.filter(({ method, path, operation }) => {
      const isFree = operation.security?.some((each) => Object.keys(each).length === 0);
      return isFree !== (accessOf(method, path) === 'figures');
    });
    expect(wrong.map(({ title }) => title)).toEqual([]);
  });
});

it('docs/api.md names every route of content', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8');
  const [, section = ''] = docs.split(/^## What takes the token$|^## Now$/m);
  const named = [...section.matchAll(/`(GET [^`]+)`/g)].map(([, route]) => route);
  const content = Object.entries(ACCESS_TABLE)
    .filter(([route, access]) => access === 'content' && !route.includes('/api/bridge/'))
    .map(([route]) => route);
  expect(named.sort()).toEqual(content.sort());
});

describe('on loopback', () => {
  it('figures are readable without the token, and with a wrong one', async () => {
    const wrong: string[] = [];
    const figures = endpoints.filter(({ method, path }) => accessOf(method, path) === 'figures');
    expect(figures.length).toBeGreaterThan(25);
    for (const endpoint of figures.filter(({ path }) => path !== '/api/events')) {
      for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
        const { status } = await call(tokwatt, 'GET', target(endpoint), undefined, headers);
        if (status === 401) wrong.push(endpoint.title);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('content and changes need the token, including HEAD', async () => {
    const guarded = endpoints.filter(({ method, path }) => accessOf(method, path) !== 'figures');
    expect(guarded.filter(({ method }) => method === 'GET').length).toBeGreaterThan(7);
    for (const endpoint of guarded) {
      const methods = endpoint.method === 'GET' ? ['GET', 'HEAD'] : [endpoint.method];
      for (const method of methods) {
        for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
          const { status } = await call(tokwatt, method, target(endpoint), undefined, headers);
          expect([endpoint.title, method, status]).toEqual([endpoint.title, method, 401]);
        }
      }
    }
  });

  it('content is readable with the token', async () => {
    const content = endpoints.filter(({ method, path }) => accessOf(method, path) === 'content');
    let everything = '';
    for (const endpoint of content) {
      const answer = await call(tokwatt, 'GET', target(endpoint));
      expect([endpoint.title, answer.status]).toEqual([endpoint.title, 200]);
      everything += answer.text;
    }
    // The planted things are really there to be found, but for the query and the key.
    const { query, key, ...kept } = PLANTED;
    for (const text of Object.values(kept)) expect(everything).toContain(text);
    expect(everything).not.toContain(query);
    expect(everything).not.toContain(key);
    expect(row.client).toMatchObject({ address: '127.0.0.1', tag: PLANTED.tag });
  });

  it('no route of figures contains content, headers or addresses of clients', async () => {
    const figures = endpoints.filter(({ method, path }) => accessOf(method, path) === 'figures');
    const wrong: string[] = [];
    for (const endpoint of figures) {
      const text = await told(endpoint);
      for (const [what, planted] of Object.entries(PLANTED)) {
        if (text.includes(planted)) wrong.push(`${endpoint.title} tells the ${what}`);
      }
      // The document names members of answers that take the token.
      if (endpoint.path === '/api/openapi.json') continue;
      for (const name of ADDRESSES) {
        if (text.includes(`"${name}":`)) wrong.push(`${endpoint.title} has "${name}"`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('events contain whole rows only for a reader with the token', async () => {
    const since = `?types=activity&last_event_id=${row.id - 1}-abc-1`;
    const rows = await Promise.all(
      [{}, NO_TOKEN].map(async (headers) => {
        const client = await openEvents(tokwatt, since, headers);
        await client.waitFor('activity', 1);
        await client.close();
        return client.of<Row>('activity')[0];
      }),
    );
    const { application, key, process } = row.client;
    expect(rows).toEqual([row, { ...row, client: { application, key, process } }]);
  });

  it('the log contains nothing of the traffic', () => {
    expect(tokwatt.stderr()).not.toBe('');
    for (const text of [...Object.values(PLANTED), tokenOf(tokwatt)]) {
      expect(tokwatt.stderr()).not.toContain(text);
    }
  });
});
