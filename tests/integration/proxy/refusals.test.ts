import { describe, expect, test } from 'vitest';
import { accessRules } from '../../../electron/core/proxy/access.ts';
import { connect, exchange, headOf, startProxy, startServer } from './lab.ts';
import type { Lab } from './lab.ts';

async function guarded(
  options: Parameters<typeof startProxy>[1] = {},
): Promise<Lab & { reached: () => number }> {
  let connections = 0;
  const upstream = await startServer((_req, res) => res.end('reached'));
  upstream.server.on('connection', () => (connections += 1));
  const lab = await startProxy(upstream.url, options);
  return { ...lab, reached: () => connections };
}

function get(host: string, more = '', target = '/'): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`;
}

describe('Host', () => {
  test.each([
    'localhost',
    'LOCALHOST:11435',
    'app.localhost',
    '127.0.0.1:1',
    '[::1]:80',
    '192.168.7.9',
    'LAB-machine:5',
    'box.local',
    'localhost.',
  ])('%s is served', async (host) => {
    const { port } = await guarded();
    expect(await exchange(port, get(host))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'local',
    'a@localhost',
    '[localhost]',
    '[::1',
    'localhost:80:80',
  ])('%s is refused before the upstream hears of it', async (host) => {
    const { port, tap, reached } = await guarded();
    const text = await exchange(port, get(host));
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\nContent-Type: application\/json\r\n/);
    expect(text).toContain('"code":"host_not_allowed"');
    expect(reached()).toBe(0);
    const seen = await tap.ended(0);
    expect(seen.outcome).toEqual({ kind: 'refused', reason: 'host_not_allowed' });
    expect(seen.calls).toEqual(['open', 'requestEnd', 'response', 'end']);
    expect(seen.status).toBe(403);
  });

  test('names from the settings are served, with wildcards', async () => {
    const access = accessRules({
      allowedHosts: ['*.example.org', 'host.docker.internal'],
      allowedOrigins: [],
    });
    const { port } = await guarded({ access });
    expect(await exchange(port, get('llm.example.org:443'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(port, get('host.docker.internal'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(port, get('example.org.evil'))).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('given twice, or missing in HTTP/1.1, is refused', async () => {
    const { port, reached } = await guarded();
    expect(await exchange(port, get('localhost', 'Host: localhost\r\n'))).toMatch(
      /^HTTP\/1\.1 400 [^]*"duplicate_host"/,
    );
    expect(await exchange(port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*"missing_host"/,
    );
    expect(reached()).toBe(0);
  });
});

describe('Origin', () => {
  test.each([
    'http://localhost:3000',
    'https://127.0.0.1',
    'http://[::1]:5173',
    'http://tauri.localhost',
    'app://obsidian.md',
    'tauri://localhost',
    'vscode-webview://abc',
    'file://',
    'capacitor://localhost',
  ])('%s may pass, and passes unchanged', async (origin) => {
    let seen: string | undefined;
    const upstream = await startServer((req, res) => {
      seen = req.headers.origin;
      res.end();
    });
    const { port } = await startProxy(upstream.url);
    const text = await exchange(port, get('localhost', `Origin: ${origin}\r\n`));
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(seen).toBe(origin);
  });

  test.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1.nip.io',
    'http://a@localhost',
    'ftp://localhost',
    'http://192.168.7.9',
    '',
  ])('%j is answered 403 before one byte goes upstream', async (origin) => {
    const { port, tap, reached } = await guarded();
    const text = await exchange(port, get('localhost', `Origin: ${origin}\r\n`));
    expect(text).toMatch(/^HTTP\/1\.1 403 [^]*"origin_not_allowed"/);
    expect(reached()).toBe(0);
    expect((await tap.ended(0)).outcome).toEqual({
      kind: 'refused',
      reason: 'origin_not_allowed',
    });
  });

  test('is refused if one of several is', async () => {
    const { port } = await guarded();
    const origins = 'Origin: http://localhost\r\nOrigin: https://evil.example\r\n';
    expect(await exchange(port, get('localhost', origins))).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('of a page that the upstream serves through us may pass', async () => {
    const { port } = await guarded();
    const same = get('192.168.7.9:11435', 'Origin: http://192.168.7.9:11435\r\n');
    expect(await exchange(port, same)).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('from the settings may pass', async () => {
    const access = accessRules({
      allowedHosts: [],
      allowedOrigins: ['https://*.example.org', 'null', 'https://chat.example/'],
    });
    const { port } = await guarded({ access });
    for (const origin of ['https://a.example.org', 'null', 'https://chat.example']) {
      expect(await exchange(port, get('localhost', `Origin: ${origin}\r\n`))).toMatch(
        /^HTTP\/1\.1 200 /,
      );
    }
  });

  test('is checked for upgrades, too', async () => {
    const { port, reached } = await guarded();
    const upgrade =
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await exchange(port, upgrade)).toMatch(/^HTTP\/1\.1 403 /);
    expect(reached()).toBe(0);
  });
});

describe('targets', () => {
  test('in absolute form never choose the upstream', async () => {
    const other = await guarded();
    let target: string | undefined;
    const upstream = await startServer((req, res) => {
      target = req.url;
      res.end();
    });
    const { port, tap } = await startProxy(upstream.url);
    const absolute = `http://127.0.0.1:${other.port}/api/tags?x`;
    expect(await exchange(port, get('localhost', '', absolute))).toMatch(/^HTTP\/1\.1 200 /);
    expect(target).toBe('/api/tags?x');
    expect(tap.seen[0]?.head.target).toBe('/api/tags?x');
    expect(other.tap.seen).toHaveLength(0);
  });

  test('in absolute form are checked like a Host', async () => {
    const { port, reached } = await guarded();
    const text = await exchange(port, get('localhost', '', 'http://evil.example/'));
    expect(text).toMatch(/^HTTP\/1\.1 403 [^]*"host_not_allowed"/);
    expect(reached()).toBe(0);
  });

  test.each(['ftp://localhost/', 'http://user@localhost/', '*'])(
    '%s is refused',
    async (target) => {
      const { port, reached } = await guarded();
      expect(await exchange(port, get('localhost', '', target))).toMatch(/^HTTP\/1\.1 400 /);
      expect(reached()).toBe(0);
    },
  );

  test('OPTIONS * passes', async () => {
    const { port } = await guarded();
    const text = await exchange(port, get('localhost', '', '*').replace('GET', 'OPTIONS'));
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('of CONNECT are answered 405', async () => {
    const { port, tap, reached } = await guarded();
    const text = await exchange(
      port,
      'CONNECT localhost:11434 HTTP/1.1\r\nHost: localhost:11434\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 405 [^]*"connect_not_allowed"/);
    expect(reached()).toBe(0);
    expect((await tap.ended(0)).outcome).toEqual({
      kind: 'refused',
      reason: 'connect_not_allowed',
    });
  });
});

describe('request smuggling', () => {
  const start = 'POST / HTTP/1.1\r\nHost: localhost\r\n';
  const tail = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';

  test.each([
    [
      'length and chunks',
      `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'chunks and length',
      `${start}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
    ],
    ['two lengths', `${start}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`],
    ['a list of lengths', `${start}Content-Length: 4, 4\r\n\r\nabcd`],
    ['a signed length', `${start}Content-Length: +4\r\n\r\nabcd`],
    ['an unknown coding', `${start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a coding after chunked', `${start}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    [
      'chunked twice',
      `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a coding before chunked', `${start}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `${start}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    [
      'chunks in HTTP/1.0',
      `${start.replace('1.1', '1.0')}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a folded line', `${start}X-A: 1\r\n Transfer-Encoding: chunked\r\n\r\n`],
    ['a bare CR', `${start}X-A: 1\rTransfer-Encoding: chunked\r\n\r\n`],
    ['a NUL', `${start}X-A: 1\0\r\n\r\n`],
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
  ])('by %s is refused, and the connection with it', async (_name, request) => {
    const { port, tap, reached } = await guarded();
    const client = await connect(port);
    client.send(request + tail);
    await client.receive(/"}}|"}$/);
    const text = client.text();
    expect(headOf(text)).toMatch(/^HTTP\/1\.1 (?:400|501) /);
    expect(headOf(text)).toMatch(/content-type: application\/json/i);
    expect(
      tap.seen.filter((seen) => seen.head.target === '/smuggled').map((seen) => seen.outcome),
    ).toEqual([]);
    expect(reached()).toBe(0);
  });

  test('by a broken chunk ends the exchange', async () => {
    const { port, tap } = await guarded();
    const text = await exchange(port, `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n${tail}`);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(tap.seen.some((seen) => seen.head.target === '/smuggled')).toBe(false);
  });

  test('by headers beyond 64 KiB is answered 431', async () => {
    const { port } = await guarded();
    const text = await exchange(port, `${start}X: ${'a'.repeat(70_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 [^]*"headers_too_large"/);
  });
});

test('a refused request with a body leaves the connection usable', async () => {
  const { port } = await guarded();
  const client = await connect(port);
  client.send('POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 200000\r\n\r\n');
  client.send('x'.repeat(200_000));
  await client.receive('host_not_allowed');
  client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await client.receive('reached');
});

test('a refusal of HEAD has no body', async () => {
  const { port } = await guarded();
  const text = await exchange(port, get('evil.example').replace('GET', 'HEAD'));
  expect(text).toMatch(/^HTTP\/1\.1 403 [^]*\r\n\r\n$/);
});
