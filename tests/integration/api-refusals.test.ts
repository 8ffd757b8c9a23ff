import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { STATUS_CODES, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chats } from '../support/chats.ts';
import { allRows, ask, call, raw, tokenOf } from '../support/control-api.ts';
import type { Answer } from '../support/control-api.ts';
import { runHeadless, startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const FIGURES = [
  '/api/health',
  '/api/live',
  '/api/usage',
  '/api/series?from=0&to=60000&bucket_ms=60000',
  '/api/gpu/history?from=0&to=60000&bucket_ms=60000',
  '/api/percentiles',
  '/api/rollups',
  '/api/top?by=model',
  '/api/data/summary',
  '/api/counters',
  '/api/jobs',
] as const;

const CONTENT = [
  '/api/activity',
  '/api/activity/1',
  '/api/activity/1/capture',
  '/api/export/activity',
  '/api/stats/logs',
  '/api/settings',
  '/api/models/repository',
] as const;

const CHANGES = [
  ['DELETE', '/api/data/all', { confirm: true }],
  ['DELETE', '/api/data/logs', { confirm: true }],
  ['POST', '/api/data/backup', { file: '/tmp/never.db' }],
  ['POST', '/api/data/import', { file: '/tmp/never.db' }],
  ['POST', '/api/counters/snapshot', undefined],
  ['POST', '/api/jobs', { name: 'never' }],
  ['POST', '/api/jobs/kept/stop', undefined],
  ['POST', '/api/jobs/kept/resume', undefined],
  ['DELETE', '/api/jobs/kept', undefined],
] as const;

let upstream: RecordedUpstream;
let folder: string;
let tokwatt: Headless;
/** What the upstream was asked by the traffic of the set-up and by Tokwatt itself. */
let asked: number;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-api-'));
  tokwatt = await startHeadless({ args: ['--upstream', upstream.url, '--log-level', 'error'] });
  await chats(tokwatt, 3);
  await tokwatt.activity(3);
  await ask(tokwatt, 'POST', '/api/jobs', { name: 'kept' });
  asked = bytesUpstream();
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Requests that are not Tokwatt's own looks at the server (`/`, `/api/version`, `/api/ps`, …). */
function bytesUpstream(): number {
  return upstream.requests.filter(({ method }) => method === 'POST').length;
}

function expectProblem(answer: Answer, status: number): void {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    'application/problem+json',
  ]);
  expect(answer.body).toMatchObject({
    type: 'about:blank',
    status,
    title: STATUS_CODES[status],
    code: expect.stringMatching(/^[a-z_-]+$/),
    detail: expect.stringMatching(/^[^\n]{10,}$/),
  });
}

describe('the token', () => {
  it('is in a file that only its owner can read', () => {
    const file = join(tokwatt.dataDir, 'api-token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(tokenOf(tokwatt)).toMatch(/^[\w-]{43}$/);
  });

  it.each(CHANGES)('is needed for %s %s', async (method, path, body) => {
    const wrong = [
      {},
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${'x'.repeat(43)}` },
      { authorization: `Bearer ${tokenOf(tokwatt)}x` },
      { authorization: `Bearer ${tokenOf(tokwatt).toLowerCase()}` },
      { authorization: `Basic ${tokenOf(tokwatt)}` },
      { authorization: tokenOf(tokwatt) },
      { 'x-api-key': tokenOf(tokwatt) },
    ];
    for (const headers of wrong) {
      const answer = await call(tokwatt, method, path, body, headers);
      expectProblem(answer, 401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const inQuery = `${path}?token=${tokenOf(tokwatt)}`;
    expectProblem(await call(tokwatt, method, inQuery, body, {}), 401);
    expect(await allRows(tokwatt)).toHaveLength(3);
    expect(await ask(tokwatt, 'GET', '/api/jobs')).toMatchObject({
      jobs: [{ name: 'kept', running: true, runs: [{}] }],
    });
  });

  it('is not needed to read figures on this machine', async () => {
    for (const path of FIGURES) {
      expect((await call(tokwatt, 'GET', path, undefined, {})).status).toBe(200);
      const head = await call(tokwatt, 'HEAD', path, undefined, {});
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each(CONTENT)('is needed for %s on this machine too', async (path) => {
    for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(43)}` }]) {
      expectProblem(await call(tokwatt, 'GET', path, undefined, headers), 401);
      const head = await call(tokwatt, 'HEAD', path, undefined, headers);
      expect([head.status, head.text]).toEqual([401, '']);
    }
    expect([200, 404]).toContain((await call(tokwatt, 'GET', path)).status);
  });

  it('is needed to read figures too if the API listens beyond loopback', async () => {
    const open = await startHeadless({
      args: ['--upstream', upstream.url, '--bind', '0.0.0.0', '--log-level', 'error'],
      dataDir: join(folder, 'open'),
    });
    const local = { ...open, api: open.api.replace('0.0.0.0', '127.0.0.1') };
    try {
      for (const path of [...FIGURES, ...CONTENT]) {
        expectProblem(await call(local, 'GET', path, undefined, {}), 401);
        expect((await call(local, 'HEAD', path, undefined, {})).status).toBe(401);
        expect((await call(local, 'GET', path)).status).not.toBe(401);
      }
    } finally {
      await open.stop();
    }
  });

  it('can be given by the environment, if it is long enough', async () => {
    const given = 'a-token-that-somebody-chose-for-it-0123456789';
    const dataDir = join(folder, 'given');
    const env = { TOKWATT_API_TOKEN: given };
    const other = await startHeadless({ args: ['--upstream', upstream.url], dataDir, env });
    const snapshot = (token: string): Promise<Answer> =>
      call(other, 'POST', '/api/counters/snapshot', undefined, {
        authorization: `Bearer ${token}`,
      });
    expect((await snapshot(given)).status).toBe(200);
    expect((await snapshot(tokenOf(tokwatt))).status).toBe(401);
    expect(() => tokenOf(other)).toThrow('ENOENT');
    expect(other.stderr()).not.toContain(given);
    await other.stop();
    const ports = ['--proxy-port', '0', '--api-port', '0', '--data-dir', dataDir];
    const short = await runHeadless(ports, { TOKWATT_API_TOKEN: 'short-token' });
    expect(short).toMatchObject({ status: 2, stdout: '' });
    expect(short.stderr).toMatch(/^tokwatt: TOKWATT_API_TOKEN: [^\n]*\n$/);
    expect(short.stderr).not.toContain('short-token');
  });
});

describe('bad input', () => {
  const long = 'x'.repeat(600);
  const range = 'from=0&to=60000&bucket_ms=60000';
  it.each<[number, string]>([
    ...['limit=0', 'limit=-1', 'limit=1001', 'limit=1e9', 'limit=', 'limit=ten', 'limit=1.5'].map(
      (query): [number, string] => [400, `/api/activity?${query}`],
    ),
    ...['cursor=x', 'cursor=1', 'cursor=99999999999999999.1', 'cursor=1.2.3', 'nope=1'].map(
      (query): [number, string] => [400, `/api/activity?${query}`],
    ),
    ...['/api/activity?', '/api/percentiles?', '/api/export/activity?'].flatMap((path) =>
      [
        'from=yesterday',
        'from=1.5',
        'to=NaN',
        'status_class=10',
        'status_class=6',
        'status_class=-1',
        'error=htp_error',
        'operation=chats',
        'api=OpenAI',
        'from=2&to=1',
        'status_class=ok',
        'inference=yes',
        'inference=1',
        `text=${long}`,
        `model=${long}`,
        'unknown=1',
      ].map((query): [number, string] => [400, path + query]),
    ),
    [404, '/api/activity/999999999'],
    [404, '/api/activity/999999999999999'],
    [404, '/api/activity/9999999999999999999'],
    [404, '/api/activity/-1'],
    [404, '/api/activity/1.5'],
    [404, '/api/activity/one'],
    [404, '/api/activity/1/capture'],
    [400, '/api/series'],
    [400, '/api/series?from=0&to=60000'],
    [400, '/api/series?from=0&to=60000&bucket_ms=0'],
    [400, '/api/series?from=0&to=60000&bucket_ms=59999'],
    [400, '/api/series?from=0&to=60000&bucket_ms=-60000'],
    [400, '/api/series?from=0&to=99999999999999&bucket_ms=60000'],
    [400, `/api/series?${range}&group_by=key`],
    [400, `/api/series?${range}&unknown=1`],
    [400, `/api/gpu/history?from=0&to=1&bucket_ms=999`],
    [400, `/api/gpu/history?from=0&to=99999999999999&bucket_ms=1000`],
    [400, `/api/gpu/history?${range}&unknown=1`],
    [400, '/api/rollups?from_day=today'],
    [400, '/api/rollups?from_day=2026-13-01'],
    [400, '/api/rollups?operation=chats'],
    [400, '/api/rollups?from_day=2026-11-22&to_day=2026-11-21'],
    [400, '/api/top?by=model&from_day=2026-11-22&to_day=2026-11-21'],
    [400, '/api/series?from=60001&to=60000&bucket_ms=60000'],
    [400, '/api/gpu/history?from=60001&to=60000&bucket_ms=60000'],
    [400, '/api/rollups?by=model,mood'],
    [400, '/api/rollups?by='],
    [400, '/api/rollups?unknown=1'],
    [400, '/api/top'],
    [400, '/api/top?by=mood'],
    [400, '/api/top?by=model&order=mood'],
    [400, '/api/top?by=model&order=requests;DROP'],
    [400, '/api/top?by=model&limit=0'],
    [400, '/api/top?by=model&limit=201'],
    [400, '/api/top?by=model&unknown=1'],
    [400, '/api/export/prompts'],
    [400, '/api/export/activity?format=xml'],
    [400, '/api/export/activity?limit=5'],
    [404, '/api/jobs/none'],
    [404, '/api/jobs/%zz'],
    [404, '/api/jobs/%E0%A4%A'],
    [404, '/api/nothing'],
    [404, '/api'],
    [404, '//api/health'],
    [404, '/api/health/more'],
    [404, '/api/health%2F..%2Fusage'],
  ])('is answered with %i: GET %s', async (status, path) => {
    expectProblem(await call(tokwatt, 'GET', path), status);
  });

  const choices = 'must be one of: ';
  it.each<[string, RegExp]>([
    ['/api/activity?status_class=x', /^status_class: must be a number$/],
    ['/api/activity?limit=1.5', /^limit: must be a whole number$/],
    ['/api/activity?inference=yes', /^inference: must be true or false$/],
    ['/api/activity?error=htp', RegExp(`^error: ${choices}any, http_error, .*metering_failed$`)],
    ['/api/activity?operation=x', RegExp(`^operation: ${choices}chat, .*other$`)],
    ['/api/percentiles?api=x', RegExp(`^api: ${choices}ollama, openai, .*other$`)],
    ['/api/activity?from=2&to=1', /^from: must not be after to$/],
    ['/api/series?from=0&to=1', /^bucket_ms: is needed$/],
    ['/api/series?from=0&to=1&bucket_ms=9', /^bucket_ms: must be at least 60000$/],
    [`/api/series?${range}&group_by=key`, /^group_by: must be one of: model, upstream$/],
    ['/api/rollups?from_day=x', /^from_day: must be a day/],
    ['/api/rollups?by=mood', RegExp(`^by.0: ${choices}model, `)],
    ['/api/top?by=model&unknown=1', /^unknown: there is no such parameter/],
    ['/api/export/rollups?api=openai', /^api: .*only from and to/],
    ['/api/export/series?text=x', /^text: .*only from and to/],
    ['/api/export/series?status_class=2', /^status_class: .*only from and to/],
  ])('is named: %s', async (path, detail) => {
    const answer = await call(tokwatt, 'GET', path);
    expectProblem(answer, 400);
    expect(answer.body.detail).toMatch(detail);
  });

  it.each<[string, string, unknown, RegExp]>([
    ['POST', '/api/jobs', {}, /^name: is needed$/],
    ['POST', '/api/jobs', { name: 7 }, /^name: must be text$/],
    ['POST', '/api/jobs', { name: 'x', Odd: 1 }, /^Odd: there is no such member$/],
    ['POST', '/api/jobs', { name: 'x', odd_one: 1 }, /^odd_one: there is no such member$/],
    ['POST', '/api/jobs', { name: 'x', filter: 1 }, /^filter: must be an object$/],
    ['POST', '/api/jobs', { name: 'x', filter: { modle: 'y' } }, /^filter\.modle: there is no /],
    ['POST', '/api/jobs', { name: 'x', filter: { model: 7 } }, /^filter\.model: must be text$/],
    ['POST', '/api/chat', { prompt: 'x', max_tokens: 'x' }, /^max_tokens: must be a number$/],
    ['DELETE', '/api/data/logs', undefined, /\{"confirm": true\}/],
    ['DELETE', '/api/data/logs', {}, /^confirm: is needed$/],
    ['POST', '/api/data/backup', undefined, /\{"file": /],
    ['PATCH', '/api/settings', { otlp: { url: 'x' } }, /^otlp\.url: must be an? [^;]*\.$/],
    ['PATCH', '/api/settings', { api_port: 'x' }, /^api_port: must be a number\.$/],
  ])('is named: %s %s %j', async (method, path, body, detail) => {
    const answer = await call(tokwatt, method, path, body);
    expectProblem(answer, 400);
    expect(answer.body.detail).toMatch(detail);
  });

  const inFolder = (name: string): string => join(tmpdir(), name);
  it.each<[number, string, string, unknown]>([
    ...(['', '{', 'null', '[]', '"text"', '7', '{"name":'] as const).flatMap(
      (text): [number, string, string, unknown][] => [
        [400, 'POST', '/api/jobs', text],
        [400, 'POST', '/api/data/backup', text],
        [400, 'POST', '/api/data/import', text],
        [400, 'DELETE', '/api/data/all', text],
      ],
    ),
    [400, 'POST', '/api/jobs', {}],
    [400, 'POST', '/api/jobs', { name: '' }],
    [400, 'POST', '/api/jobs', { name: '  ' }],
    [400, 'POST', '/api/jobs', { name: 7 }],
    [400, 'POST', '/api/jobs', { name: 'n'.repeat(121) }],
    [400, 'POST', '/api/jobs', { name: 'x', unknown: 1 }],
    [400, 'POST', '/api/jobs', { name: 'x', filter: { unknown: 'y' } }],
    [400, 'POST', '/api/jobs', { name: 'x', filter: { model: 7 } }],
    [400, 'POST', '/api/jobs', { name: 'x', filter: null }],
    [409, 'POST', '/api/jobs', { name: 'kept' }],
    [413, 'POST', '/api/jobs', { name: 'x'.repeat(70_000) }],
    [404, 'POST', '/api/jobs/none/stop', undefined],
    [404, 'POST', '/api/jobs/none/resume', undefined],
    [404, 'POST', '/api/jobs/kept/explode', undefined],
    [404, 'DELETE', '/api/jobs/none', undefined],
    [400, 'DELETE', '/api/data/everything', { confirm: true }],
    [400, 'DELETE', '/api/data/all', { confirm: 'yes' }],
    [400, 'DELETE', '/api/data/all', { confirm: true, unknown: 1 }],
    [400, 'POST', '/api/data/backup', { file: 'relative.db' }],
    [400, 'POST', '/api/data/backup', { file: 7 }],
    [400, 'POST', '/api/data/backup', { file: '/tmp/nul\0.db' }],
    [400, 'POST', '/api/data/backup', { file: inFolder('x.db'), unknown: 1 }],
    [422, 'POST', '/api/data/backup', { file: inFolder('no/such/folder.db') }],
    [422, 'POST', '/api/data/backup', { file: tmpdir() }],
    [400, 'POST', '/api/data/import', { file: '../x.db' }],
    [422, 'POST', '/api/data/import', { file: inFolder('no-such-file.db') }],
    [422, 'POST', '/api/data/import', { file: tmpdir() }],
    [422, 'POST', '/api/data/import', { file: import.meta.filename }],
  ])('is answered with %i: %s %s %j', async (status, method, path, body) => {
    expectProblem(await call(tokwatt, method, path, body), status);
  });

  it('never lets a backup replace a file that is not a backup', async () => {
    const other = join(folder, 'notes.txt');
    writeFileSync(other, 'not a backup');
    for (const name of ['ledger.db', 'ledger.db-wal', 'totals.json', 'api-token']) {
      const file = join(tokwatt.dataDir, name);
      const before = statSync(file).ino;
      expectProblem(await call(tokwatt, 'POST', '/api/data/backup', { file }), 422);
      expect(statSync(file).ino).toBe(before);
    }
    expectProblem(await call(tokwatt, 'POST', '/api/data/backup', { file: other }), 422);
  });

  it('stops reading a body that is too large, whatever its declared length', async () => {
    const status = await new Promise((resolve, reject) => {
      const call = request(`${tokwatt.api}/api/jobs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokenOf(tokwatt)}` },
      });
      call.once('response', (answer) => resolve(answer.statusCode));
      call.once('error', reject);
      call.write(`{"name": "${' '.repeat(100_000)}`);
      // It never ends: only a limit can answer it.
    });
    expect(status).toBe(413);
  });

  it('has changed nothing, and sent nothing upstream', async () => {
    expect(await allRows(tokwatt)).toHaveLength(3);
    expect(await ask(tokwatt, 'GET', '/api/jobs')).toMatchObject({ jobs: [{ name: 'kept' }] });
    expect(await ask(tokwatt, 'GET', '/api/health')).toMatchObject({ ledger: { status: 'ok' } });
    expect(bytesUpstream()).toBe(asked);
    expect(tokwatt.stderr()).toBe('');
  });
});

describe('wrong methods', () => {
  it.each<[string, string, string]>([
    ...[...FIGURES, '/api/activity', '/api/activity/1', '/api/export/activity']
      .filter((path) => path !== '/api/jobs')
      .flatMap((path): [string, string, string][] =>
        ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].map((method) => [
          method,
          path.replace(/\?.*/, ''),
          'GET, HEAD',
        ]),
      )
      .filter(([method, path]) => !(method === 'DELETE' && path.startsWith('/api/data/'))),
    ['PUT', '/api/jobs', 'GET, POST, HEAD'],
    ['POST', '/api/jobs/kept', 'GET, DELETE, HEAD'],
    ['GET', '/api/jobs/kept/stop', 'POST'],
    ['GET', '/api/data/backup', 'POST'],
    ['GET', '/api/data/all', 'DELETE'],
    ['GET', '/api/counters/snapshot', 'POST'],
  ])('are answered with 405: %s %s', async (method, path, allow) => {
    const answer = await call(tokwatt, method, path);
    expectProblem(answer, 405);
    const methods = (text: string): string[] => text.split(', ').sort();
    expect(methods(answer.headers.get('allow') ?? '')).toEqual(
      expect.arrayContaining(methods(allow)),
    );
  });
});

describe('other sites', () => {
  const own = (): string => new URL(tokwatt.api).host;

  it.each([
    ['evil.example'],
    ['evil.example:11436'],
    ['127.0.0.1.evil.example'],
    ['localhost.evil.example'],
    [''],
  ])('are refused by their name: %j', async (host) => {
    const answer = await raw(
      tokwatt.api,
      `GET /api/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toContain('uptime');
  });

  it.each([
    'https://evil.example',
    'null',
    'http://evil.localhost',
    'http://127.0.0.1:1',
    'file://',
  ])('are refused by their origin: %s', async (origin) => {
    for (const [method, path] of [
      ['GET', '/api/activity'],
      ['POST', '/api/counters/snapshot'],
    ]) {
      const headers = { origin, authorization: `Bearer ${tokenOf(tokwatt)}` };
      const answer = await call(tokwatt, method!, path!, undefined, headers);
      expectProblem(answer, 403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('get no socket: an upgrade is not taken up', async () => {
    const upgrade = (origin: string): Promise<string> =>
      raw(
        tokwatt.api,
        `GET /api/live HTTP/1.1\r\nHost: ${own()}\r\n${origin}Connection: Upgrade\r\n` +
          'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
    expect(await upgrade('')).toMatch(/^HTTP\/1.1 400 [^]*no_websocket/);
    expect(await upgrade('Origin: https://evil.example\r\n')).toMatch(/^HTTP\/1.1 403 /);
  });

  it.each<[string, RegExp]>([
    [
      'GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n',
      /^HTTP\/1.1 40[03] /,
    ],
    ['GET /api/health HTTP/1.1\r\nHost: 127.0.0.1@evil.example\r\n\r\n', /^HTTP\/1.1 400 /],
    ['GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nno colon here\r\n\r\n', /^HTTP\/1.1 400 /],
    ['TRACE /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', /^HTTP\/1.1 4\d\d /],
    ['MAKEITUP /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', /^HTTP\/1.1 400 /],
    ['GET \\api\\health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', /^HTTP\/1.1 400 /],
    ['GET /api/health HTTP/1.1\r\n\r\n', /^HTTP\/1.1 40[03] /],
    [
      'GET http://evil.example/api/health HTTP/1.1\r\nHost: evil.example\r\n\r\n',
      /^HTTP\/1.1 403 /,
    ],
    ['CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n', /^(?!HTTP\/1.1 2)/],
    [
      'POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1.1 400 /,
    ],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^(HTTP\/1.1 400 |$)/],
    [
      `GET /api/health?${'x'.repeat(40_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      /^HTTP\/1.1 4(14|31) /,
    ],
  ])('and broken requests reach nothing: %j', async (bytes, answer) => {
    const said = await raw(tokwatt.api, bytes);
    expect(said).toMatch(answer);
    if (said !== '') expect(said).toMatch(/^content-type: application\/problem\+json\r$/im);
    expect(bytesUpstream()).toBe(asked);
  });
});
