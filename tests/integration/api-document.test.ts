import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { chat, chats } from '../support/chats.ts';
import { ask, call } from '../support/control-api.ts';
import type { Answer } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  AnswerChecker,
  endpointsOf,
  fill,
  refsOf,
  resolve,
  schemasOf,
} from '../support/openapi.ts';
import type { Document, Endpoint } from '../support/openapi.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** Names that only a schema with free keys lets through. */
const NAMES = ['__proto__', 'constructor', 'camelCase:1B', 'ünï "quoted"'];

let upstream: RecordedUpstream;
let dataDir: string;
let tokwatt: Headless;
let document: Document;
let endpoints: Endpoint[];
let checker: AnswerChecker;
let capturedId: number;

/** Paths that need more than the traffic of this test to answer with 200, and what they answer. */
const OTHERWISE: Readonly<Record<string, number>> = {
  'GET /api/ollama/models': 404,
  'GET /api/ollama/library': 502,
};

/** What the parameters of paths are in this test. */
function valuesFor(path: string): Record<string, string> {
  const name = path.startsWith('/api/jobs/')
    ? 'kept'
    : path.startsWith('/api/upstreams/')
      ? 'fast'
      : 'some/model:1b';
  return { id: `${capturedId}`, name, what: 'activity', by: 'application' };
}

const VALUES: Readonly<Record<string, string>> = {
  from: `${Date.now() - 24 * 3_600_000}`,
  to: `${Date.now() + 3_600_000}`,
  bucket_ms: '3600000',
  model: 'some/model:1b',
  by: 'model',
};

/** A query with all that is required, and more. */
function queryOf(
  { parameters, title }: Endpoint,
  more: Readonly<Record<string, string>> = {},
): string {
  const required = parameters.filter((each) => each.in === 'query' && each.required);
  const pairs = required.map(({ name }) => {
    const value = VALUES[name];
    if (value === undefined) throw new Error(`${title}: say in this test what ${name} is`);
    return [name, value] as const;
  });
  return new URLSearchParams({ ...Object.fromEntries(pairs), ...more }).toString();
}

/** An answer; of an event stream, its head. */
async function get(
  endpoint: Endpoint,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const path = `${fill(endpoint.path, valuesFor(endpoint.path))}?${queryOf(endpoint, more)}`;
  if (endpoint.path !== '/api/events') return call(tokwatt, 'GET', path);
  const abort = new AbortController();
  const { status, headers } = await fetch(`${tokwatt.api}${path}`, { signal: abort.signal });
  abort.abort();
  return { status, headers, text: '', body: {} };
}

async function traffic(): Promise<void> {
  await chats(tokwatt, 3, { agent: 'curl/8.5.0', key: 'sk-of-the-first-application-0001' });
  await chats(tokwatt, 2, {
    path: '/api/chat',
    body: { messages: [{ role: 'user', content: 'Hi' }] },
  });
  await chat(tokwatt, { path: '/v1/chat/completions', body: { stream: true }, agent: 'Zed/1.0' });
  await chat(tokwatt, { path: '/api/embed', model: 'embed:small' });
  for (const model of NAMES) await chat(tokwatt, { model });
  await chat(tokwatt, { upstream: 'gone' });
  await chat(tokwatt, { path: '/v1/messages' });
  await fetch(`${tokwatt.proxy}/api/version`).then((answer) => answer.text());
}

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-document-'));
  const settings = {
    captures: { enabled: true },
    // A server that has no library.
    libraryUrl: upstream.url,
    otlp: { headers: { 'X-Camel_Case': 'secret' } },
    cost: {
      currency: 'USD',
      tariff: { times: [{ price: 0.3 }] },
      solar: { price: 0.1, hours: [{ days: ['sun'], from: '10:00', to: '16:00' }] },
      prices: [{ model: '*', input: 1, output: 2 }],
    },
    budgets: [{ name: 'Day', measure: 'money', period: 'day', amount: 10 }],
    upstreams: [
      { name: 'fast', url: upstream.url },
      { name: 'gone', url: 'http://127.0.0.1:9' },
    ],
  };
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
  tokwatt = await startHeadless({ args: ['--log-level', 'error'], dataDir });
  await traffic();
  const rows = await tokwatt.activity(14);
  capturedId = rows.at(-1)!.id;
  await ask(tokwatt, 'POST', '/api/jobs', { name: 'kept', filter: { model: 'camelCase:1B' } });
  document = await ask<Document>(tokwatt, 'GET', '/api/openapi.json');
  endpoints = endpointsOf(document);
  checker = new AnswerChecker(document);
  const models = endpoints.find(({ title }) => title === 'POST /api/models/repository');
  if (models !== undefined) {
    await ask(tokwatt, 'POST', '/api/models/repository', { model_name: 'some/model:1b' });
  }
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the document', () => {
  it('has every route of the API, each described', () => {
    const missing = endpoints
      .filter(({ operation }) => operation.summary === undefined)
      .map(({ title }) => `${title} is not described: put described({…}) before its handler`);
    expect(missing).toEqual([]);
    expect(endpoints.length).toBeGreaterThan(30);
  });

  it('has no route that the API lacks', async () => {
    const gone: string[] = [];
    for (const { method, path, title } of endpoints) {
      // Another method says which there are, and does nothing.
      const { status, headers } = await call(tokwatt, 'PROPFIND', fill(path, valuesFor(path)));
      const allowed = headers.get('allow')?.split(', ') ?? [];
      if (status !== 405 || !allowed.includes(method))
        gone.push(`${title}: ${status} ${allowed.join()}`);
    }
    expect(gone).toEqual([]);
  });

  it('is valid OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Tokwatt', version });
    const ids = endpoints.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const tags = document.tags.map(({ name }) => name);
    const wrong: string[] = [];
    for (const { title, path, method, operation, parameters } of endpoints) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((each) => each.in === 'path');
      if (!/^[\w-]+$/.test(operation.operationId)) wrong.push(`${title}: operationId`);
      if (inPath.join() !== declared.map(({ name }) => name).join()) wrong.push(`${title}: path`);
      if (declared.some(({ required }) => !required)) wrong.push(`${title}: optional in the path`);
      const keys = parameters.map((each) => `${each.in} ${each.name}`);
      if (new Set(keys).size !== keys.length) wrong.push(`${title}: a parameter twice`);
      if (parameters.some((each) => typeof each.schema !== 'object'))
        wrong.push(`${title}: schema`);
      if (!operation.tags?.every((tag) => tags.includes(tag))) wrong.push(`${title}: tags`);
      const codes = Object.keys(operation.responses);
      if (!codes.some((code) => /^20\d$/.test(code))) wrong.push(`${title}: no success`);
      for (const said of Object.values(operation.responses)) {
        const full = '$ref' in said ? resolve(document, String(said.$ref)) : said;
        if (typeof (full as { description?: unknown }).description !== 'string') {
          wrong.push(`${title}: a response without a description`);
        }
      }
      if (method === 'GET' && operation.requestBody !== undefined) wrong.push(`${title}: a body`);
      const schemes = (operation.security ?? []).flatMap((each) => Object.keys(each));
      const known = Object.keys(document.components.securitySchemes ?? {});
      if (schemes.length === 0 || !schemes.every((name) => known.includes(name))) {
        wrong.push(`${title}: security`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no broken references', () => {
    const refs = [...new Set(refsOf(document))];
    expect(refs).toContain('#/components/responses/Problem');
    expect(refs.filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
  });

  it('has schemas that are JSON Schema 2020-12, in snake_case', () => {
    const schemas = schemasOf(document);
    expect(schemas.length).toBeGreaterThan(60);
    const wrong = schemas.flatMap(([place, schema]) => {
      try {
        checker.compile(schema);
      } catch (error) {
        return [`${place}: ${String(error)}`];
      }
      const camel = camelCase(schema);
      return camel.length === 0 ? [] : [`${place}: ${camel.join()}`];
    });
    // The web page's own calls speak its contract.
    expect(wrong.filter((line) => !line.includes('/api/bridge/'))).toEqual([]);
  });

  it('is the same every time', async () => {
    // The check before may block this process for longer than the server keeps a connection open.
    await sleep(50);
    expect(await ask(tokwatt, 'GET', '/api/openapi.json')).toEqual(document);
  });
});

function camelCase(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    key === 'properties'
      ? [...Object.keys(value as object).filter((name) => /[A-Z]/.test(name)), ...camelCase(value)]
      : camelCase(value),
  );
}

describe('what the API answers', () => {
  it('to every GET matches the document', async () => {
    const wrong: string[] = [];
    for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
      const answer = await get(endpoint);
      const wanted = OTHERWISE[endpoint.title] ?? 200;
      if (answer.status !== wanted)
        wrong.push(`${endpoint.title}: ${answer.status} ${answer.text}`);
      const problem = checker.problemWith(endpoint, answer);
      if (problem !== null) wrong.push(`${endpoint.title}: ${problem}`);
    }
    expect(wrong).toEqual([]);
  });

  it('to changes matches the document', async () => {
    const changes: [string, string, unknown][] = [
      ['POST /api/jobs', '/api/jobs', { name: 'another' }],
      ['POST /api/jobs/{name}/stop', '/api/jobs/another/stop', undefined],
      ['POST /api/jobs/{name}/resume', '/api/jobs/another/resume', undefined],
      ['DELETE /api/jobs/{name}', '/api/jobs/another', undefined],
      ['POST /api/counters/snapshot', '/api/counters/snapshot', undefined],
      ['PATCH /api/settings', '/api/settings', { otlp: { spans: true } }],
      [
        'POST /api/prices/import',
        '/api/prices/import',
        { model: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 } },
      ],
      ['DELETE /api/prices', '/api/prices', undefined],
      ['POST /api/data/backup', '/api/data/backup', { file: join(dataDir, 'copy.db') }],
      ['POST /api/data/import', '/api/data/import', { file: join(dataDir, 'copy.db') }],
      ['DELETE /api/data/{what}', '/api/data/captures', { confirm: true }],
      ['POST /api/token/rotate', '/api/token/rotate', undefined],
    ];
    for (const [title, path, body] of changes) {
      const endpoint = endpoints.find((each) => each.title === title)!;
      const answer = await call(tokwatt, endpoint.method, path, body);
      expect([title, answer.status < 300, checker.problemWith(endpoint, answer)]).toEqual([
        title,
        true,
        null,
      ]);
    }
  });

  it('is really checked: an answer with one member less or more fails', async () => {
    const strict = ['/api/health', '/api/live', '/api/stats/current', '/api/settings'];
    for (const path of strict) {
      const endpoint = endpoints.find(({ title }) => title === `GET ${path}`)!;
      const answer = await get(endpoint);
      const [first = ''] = Object.keys(answer.body);
      const { [first]: gone, ...less } = answer.body;
      expect(gone).toBeDefined();
      expect(checker.problemWith(endpoint, { ...answer, body: less }) ?? path).toContain(
        'required',
      );
      const more = { ...answer.body, surprise: 1 };
      expect(checker.problemWith(endpoint, { ...answer, body: more }) ?? path).toContain(
        'additional',
      );
    }
  });

  it('without a parameter equals the one with the documented default', async () => {
    const told = endpoints.flatMap((endpoint) =>
      endpoint.method !== 'GET'
        ? []
        : endpoint.parameters.flatMap(({ name, schema }) =>
            schema.default === undefined
              ? []
              : [{ endpoint, name, value: `${schema.default as string | number}` }],
          ),
    );
    expect(told.map(({ endpoint, name }) => `${endpoint.path} ${name}`)).toEqual(
      expect.arrayContaining(['/api/activity limit', '/api/top order', '/api/stats/logs limit']),
    );
    for (const { endpoint, name, value } of told) {
      const [bare, full] = [await get(endpoint), await get(endpoint, { [name]: value })];
      expect([endpoint.title, name, full.text]).toEqual([endpoint.title, name, bare.text]);
    }
  });

  it('takes every value that the document lists for a parameter', async () => {
    const wrong: string[] = [];
    for (const endpoint of endpoints.filter(({ method }) => method === 'GET')) {
      for (const { name, schema } of endpoint.parameters.filter((each) => each.in === 'query')) {
        for (const value of (schema.enum ?? []) as readonly string[]) {
          const answer = await get(endpoint, { [name]: value });
          if (answer.status !== 200)
            wrong.push(`${endpoint.title} ${name}=${value}: ${answer.text}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
