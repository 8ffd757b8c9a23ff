import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { connect, exchange, sleep, startProxy, startRaw, startServer, until } from './lab.ts';

const ASK =
  'GET /ws HTTP/1.1\r\nHost: localhost:1\r\nX-B: 1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
const AGREED =
  'HTTP/1.1 101 Switching It\r\nupgrade: websocket\r\nConnection: Upgrade\r\nX-b: 2\r\n\r\n';

/** An upstream that agrees to any upgrade and then sends back what it gets. */
async function echo(): Promise<{ url: string; heads: string[]; sockets: Socket[] }> {
  const heads: string[] = [];
  const raw = await startRaw((socket) => {
    socket.once('data', (chunk) => {
      heads.push(chunk.toString('latin1'));
      socket.write(AGREED);
      socket.on('data', (more) => socket.write(more));
      socket.on('end', () => socket.end());
    });
  });
  return { url: raw.url, heads, sockets: raw.sockets };
}

describe('an upgrade', () => {
  test('passes raw in both directions, its heads as they are', async () => {
    const upstream = await echo();
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(ASK);
    expect(await client.receive('\r\n\r\n')).toBe(AGREED);
    const authority = new URL(upstream.url).host;
    expect(upstream.heads[0]?.replace(/x-tokwatt-hop: .*\r\n/, '')).toBe(
      `GET /ws HTTP/1.1\r\nHost: ${authority}\r\nX-B: 1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    client.send(bytes);
    await client.receive(bytes.toString('latin1'));
    client.socket.end();
    await client.closed();
    const seen = await tap.ended(0);
    expect(seen.calls.slice(0, 3)).toEqual(['open', 'requestEnd', 'response']);
    expect(seen.calls.at(-1)).toBe('end');
    expect(seen.status).toBe(101);
    expect(seen.request.equals(bytes)).toBe(true);
    expect(seen.response.equals(bytes)).toBe(true);
    expect(seen.outcome).toEqual({ kind: 'complete', closedBy: 'client' });
  });

  test('keeps what either side sends together with its head', async () => {
    const upstream = await startRaw((socket) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        if (received.endsWith('\r\n\r\n')) socket.write(`${AGREED}first`);
        if (received.endsWith('early')) socket.write('|got early');
      });
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(`${ASK}early`);
    expect(await client.receive('|got early')).toBe(`${AGREED}first|got early`);
    upstream.sockets[0]!.end();
    const seen = await tap.ended(0);
    expect(seen.request.toString()).toBe('early');
    expect(seen.response.toString()).toBe('first|got early');
    expect(seen.outcome).toEqual({ kind: 'complete', closedBy: 'upstream' });
  });

  test('holds back-pressure', async () => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write(AGREED);
        socket.pause();
      });
    });
    const { port } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(ASK);
    await client.receive('\r\n\r\n');
    const total = 64 * 1024 * 1024;
    client.socket.write(Buffer.alloc(total));
    let last = -1;
    while (client.socket.bytesWritten - client.socket.writableLength !== last) {
      last = client.socket.bytesWritten - client.socket.writableLength;
      await sleep(200);
    }
    let received = 0;
    upstream.sockets[0]!.on('data', (chunk) => (received += chunk.length));
    upstream.sockets[0]!.resume();
    await until(() => received === total);
  });

  test('that the upstream refuses gets its answer, and the connection ends', async () => {
    const upstream = await startServer((_req, res) => {
      res.writeHead(426, 'Not So', ['X-A', '1', 'Transfer-Encoding', 'chunked']);
      res.write('no ');
      res.end('way');
    });
    const { port, tap } = await startProxy(upstream.url);
    const text = await exchange(port, `${ASK}GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(text).toMatch(
      /^HTTP\/1\.1 426 Not So\r\nX-A: 1\r\n[^]*Connection: close\r\n\r\nno way$/,
    );
    const seen = await tap.ended(0);
    expect(seen.outcome).toEqual({ kind: 'complete' });
    expect(seen.response.toString()).toBe('no way');
    expect(tap.seen).toHaveLength(1);
  });

  test('of an upstream that is down is answered 502', async () => {
    const { port, tap } = await startProxy('http://127.0.0.1:1');
    expect(await exchange(port, ASK)).toMatch(/^HTTP\/1\.1 502 [^]*upstream_unreachable/);
    expect((await tap.ended(0)).outcome).toEqual({
      kind: 'upstream-unreachable',
      code: 'ECONNREFUSED',
    });
  });

  test.each(['client', 'upstream'])(
    'ends abruptly on both sides when the %s breaks off',
    async (side) => {
      const upstream = await echo();
      const { port, tap } = await startProxy(upstream.url);
      const client = await connect(port);
      client.send(ASK);
      await client.receive('\r\n\r\n');
      const server = upstream.sockets[0]!;
      if (side === 'client') client.socket.resetAndDestroy();
      else server.resetAndDestroy();
      await until(() => client.socket.destroyed && server.destroyed);
      expect((await tap.ended(0)).outcome?.kind).toBe(
        side === 'client' ? 'client-aborted' : 'upstream-died',
      );
    },
  );

  test('that the client cancels while it waits is cancelled upstream', async () => {
    let closed = false;
    const upstream = await startRaw((socket) => {
      socket.resume();
      socket.on('close', () => (closed = true));
      socket.on('end', () => socket.end());
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    client.send(ASK);
    await until(() => upstream.sockets.length === 1);
    await sleep(30);
    client.socket.destroy();
    await until(() => closed);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'client-aborted' });
  });

  test('without a request is a malformed answer', async () => {
    const upstream = await startRaw((socket) => {
      socket.once('data', () => socket.write(AGREED));
    });
    const { port } = await startProxy(upstream.url);
    const text = await exchange(
      port,
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 502 [^]*malformed_answer/);
  });
});

describe('an offer of HTTP/2 over clear text', () => {
  test('is left out, and the request goes on as an ordinary one, body and all', async () => {
    let head: string[] = [];
    let body = '';
    const upstream = await startServer((req, res) => {
      head = req.rawHeaders;
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => res.end(`sum ${createHash('md5').update(body).digest('hex')}`));
    });
    const { port, tap } = await startProxy(upstream.url);
    const client = await connect(port);
    const post =
      'POST /api/chat HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 10\r\nHost: localhost\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\nUser-Agent: Java-http-client/21\r\n\r\n';
    client.send(`${post}01234`);
    await sleep(20);
    client.send('56789');
    await client.receive('sum ');
    expect(body).toBe('0123456789');
    expect(head.join().toLowerCase()).not.toMatch(/h2c|http2/);
    client.send(`${post}0123456789`);
    await client.receive(/sum [^]*sum /);
    expect(tap.seen).toHaveLength(2);
    expect((await tap.ended(1)).outcome).toEqual({ kind: 'complete' });
  });
});
