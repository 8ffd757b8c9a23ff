import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  connect,
  recordingLog,
  request,
  startProxy,
  startRaw,
  startScripted,
  startServer,
} from './lab.ts';

describe('no answer', () => {
  test('from a missing server is a 502 with the server, the problem and the remedy', async () => {
    const { url, tap } = await startProxy('http://127.0.0.1:1');
    const answer = await request(`${url}/api/chat`, { method: 'POST' }, '{}');
    expect(answer.status).toBe(502);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toEqual({
      error: {
        code: 'upstream_unreachable',
        message:
          'Tokwatt cannot reach lab at http://127.0.0.1:1: nothing listens there. Start it, or correct its address in the settings.',
        at: 'POST /api/chat',
      },
    });
    const seen = await tap.ended(0);
    expect(seen.outcome).toEqual({ kind: 'upstream-unreachable', code: 'ECONNREFUSED' });
    expect(seen.status).toBe(502);
  });

  test('from a name that does not exist', async () => {
    const { url } = await startProxy('http://nowhere.invalid:9');
    const answer = await request(url);
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('its name is not known');
  });

  test.each([
    [': keepalive 1/20\n\nHTTP/1.0 200 OK\r\n\r\n', 'HPE_'],
    ['SSH-2.0-OpenSSH\r\n', 'HPE_'],
    ['HTTP/1.1 200 OK\r\nBad Header\r\n\r\n', 'HPE_'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'HPE_'],
    [`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
    ['HTTP/1.1 099 Low\r\n\r\n', 'ERR_HTTP_INVALID_STATUS_CODE'],
    [
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      'another protocol',
    ],
  ])('but garbage (%#) is a 502', async (garbage, code) => {
    const upstream = await startScripted(garbage);
    const { url, tap } = await startProxy(upstream.url);
    const answer = await request(url);
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('"malformed_answer"');
    expect(answer.body).toContain(code);
    expect((await tap.ended(0)).outcome?.kind).toBe('malformed-answer');
  });

  test('but an odd reason phrase is no garbage, and is not passed on', async () => {
    const upstream = await startScripted('HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nok');
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await client.receive('\r\n\r\nok')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('but the end of the connection is a 502', async () => {
    const upstream = await startRaw((socket) => void socket.once('data', () => socket.end()));
    const { url } = await startProxy(upstream.url);
    const answer = await request(url, { method: 'POST' }, 'hello');
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('closed the connection without answering');
  });

  test('leaves the connection usable for the next request', async () => {
    const { port } = await startProxy('http://127.0.0.1:1');
    const client = await connect(port);
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc');
    await client.receive('upstream_unreachable');
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await client.receive(/unreachable[^]*unreachable/);
  });
});

describe('connections to the upstream', () => {
  test('are kept and used again', async () => {
    let connections = 0;
    const upstream = await startServer((_req, res) => res.end('ok'));
    upstream.server.on('connection', () => (connections += 1));
    const { url, tap } = await startProxy(upstream.url);
    for (let index = 0; index < 5; index += 1) {
      await request(url);
      await tap.ended(index);
    }
    expect(connections).toBe(1);
  });

  test('are not used again after a sleep, in which the upstream may have forgotten them', async () => {
    let connections = 0;
    const upstream = await startServer((_req, res) => res.end('ok'));
    upstream.server.on('connection', () => (connections += 1));
    const { url, tap, proxy } = await startProxy(upstream.url);
    await request(url);
    await tap.ended(0);
    proxy.dropIdle();
    await request(url);
    await tap.ended(1);
    expect(connections).toBe(2);
  });

  test('that the upstream keeps for a moment only are not used again', async () => {
    let connections = 0;
    const upstream = await startServer((_req, res) => {
      res.writeHead(200, { Connection: 'keep-alive', 'Keep-Alive': 'timeout=1' });
      res.end('ok');
    });
    upstream.server.on('connection', () => (connections += 1));
    const { url, tap } = await startProxy(upstream.url);
    for (let index = 0; index < 3; index += 1) {
      await request(url);
      await tap.ended(index);
    }
    expect(connections).toBe(3);
  });

  /** Answers the first request of the first connection; every later one there dies unanswered. */
  async function dying(): Promise<{ url: string; heads: string[] }> {
    const heads: string[] = [];
    const raw = await startRaw((socket) => {
      const first = raw.sockets.length === 1;
      let answered = 0;
      socket.on('data', (chunk) => {
        heads.push(chunk.toString().split(' ')[0] ?? '');
        answered += 1;
        if (first && answered > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
    });
    return { url: raw.url, heads };
  }

  test('that prove to be dead get a read-only request repeated once', async () => {
    const upstream = await dying();
    const { url, tap } = await startProxy(upstream.url);
    await request(url);
    await tap.ended(0);
    expect((await request(url)).body).toBe('ok');
    expect(upstream.heads).toEqual(['GET', 'GET', 'GET']);
    expect((await tap.ended(1)).outcome).toEqual({ kind: 'complete' });
  });

  test('that prove to be dead never get a generation repeated', async () => {
    const upstream = await dying();
    const { url, tap } = await startProxy(upstream.url);
    await request(url);
    await tap.ended(0);
    const answer = await request(url, { method: 'POST', headers: { 'Content-Length': 2 } }, '{}');
    expect(answer.status).toBe(502);
    expect(upstream.heads.filter((method) => method === 'POST')).toHaveLength(1);
    expect((await tap.ended(1)).outcome).toEqual({
      kind: 'upstream-died',
      code: 'ECONNRESET',
    });
  });

  test('reach a server that listens on one of the addresses of localhost only', async () => {
    const upstream = await startServer((_req, res) => res.end('ok'));
    const { url } = await startProxy(`http://localhost:${upstream.port}`);
    expect((await request(url)).body).toBe('ok');
  });
});

test.each([
  ['/base', '/v1/x?y', '/base/v1/x?y'],
  ['/base/', '//x', '/base//x'],
  ['/a%20b/c', '/%2F', '/a%20b/c/%2F'],
  ['/', '/', '/'],
])('a base path %s stands in front of %s', async (base, target, expected) => {
  let seen: string | undefined;
  const upstream = await startServer((req, res) => {
    seen = req.url;
    res.end();
  });
  const { url, tap } = await startProxy(upstream.url + base);
  await request(url, { path: target });
  expect(seen).toBe(expected);
  expect(tap.seen[0]?.head.target).toBe(target);
});

describe('https', () => {
  let folder: string;
  let certificate: string;
  let key: Buffer;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-proxy-'));
    certificate = join(folder, 'cert.pem');
    const keyFile = join(folder, 'key.pem');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=lab'],
        ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
        ...['-keyout', keyFile, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
    key = readFileSync(keyFile);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function startTls(): Promise<{ url: string; port: number }> {
    const server = https.createServer({ key, cert: readFileSync(certificate) }, (req, res) => {
      if (req.url === '/lenient') req.socket.write('HTTP/1.1 200 OK\nContent-Length : 2\n\nok');
      else req.pipe(res);
    });
    server.on('upgrade', (_req, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      socket.pipe(socket);
      socket.on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    return { url: `https://127.0.0.1:${port}`, port };
  }

  test('upstreams with a certificate of an additional authority are reached', async () => {
    const upstream = await startTls();
    for (const host of ['127.0.0.1', 'localhost']) {
      const { url } = await startProxy(`https://${host}:${upstream.port}`, {
        extraCaFile: certificate,
      });
      expect((await request(url, { method: 'POST' }, 'hello')).body).toBe('hello');
    }
  });

  test('upstreams may write their heads as loosely as without TLS', async () => {
    const upstream = await startTls();
    const { url } = await startProxy(upstream.url, { extraCaFile: certificate });
    expect((await request(`${url}/lenient`)).body).toBe('ok');
  });

  test('upstreams upgrade, too', async () => {
    const upstream = await startTls();
    const { port } = await startProxy(upstream.url, { extraCaFile: certificate });
    const client = await connect(port);
    client.send('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await client.receive('101');
    client.send('ping');
    await client.receive(/ping$/);
    client.socket.end();
    await client.closed();
  });

  test('NODE_EXTRA_CA_CERTS is used', async () => {
    const upstream = await startTls();
    const before = process.env.NODE_EXTRA_CA_CERTS;
    process.env.NODE_EXTRA_CA_CERTS = certificate;
    try {
      const { url } = await startProxy(upstream.url);
      expect((await request(url)).status).toBe(200);
    } finally {
      if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
      else process.env.NODE_EXTRA_CA_CERTS = before;
    }
  });

  test('upstreams with any other certificate are rejected', async () => {
    const upstream = await startTls();
    const { url } = await startProxy(upstream.url);
    const answer = await request(url);
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(answer.body).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('a missing file of authorities causes only a warning', async () => {
    const log = recordingLog();
    const upstream = await startTls();
    const { url } = await startProxy(upstream.url, { log, extraCaFile: join(folder, 'none.pem') });
    expect((await request(url)).status).toBe(502);
    expect(log.lines[0]).toMatchObject({ level: 'warn', fields: { code: 'ENOENT' } });
  });

  test('to a server without TLS is explained', async () => {
    const upstream = await startServer((_req, res) => res.end());
    const { url } = await startProxy(`https://127.0.0.1:${upstream.port}`);
    const answer = await request(url);
    expect(answer.status).toBe(502);
    expect(answer.body).toMatch(/TLS/);
  });
});
