/** Exchanges that the user cancels: the server sees its connection close, the client a clear end. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CancelNotice } from '../../../shared/live-exchange.ts';
import { RunningExchanges } from '../../../electron/core/proxy/cancel.ts';
import type { ProxyOptions } from '../../../electron/core/proxy/proxy-options.ts';
import { errorBody, streamError } from '../../../electron/core/usage/registry.ts';
import { connect, startProxy, startRaw, startServer, until } from './lab.ts';
import type { Lab, RawClient } from './lab.ts';

/** How soon a server must see the close after the call, milliseconds. It is a few in practice. */
const AT_ONCE_MS = 500;

interface Bench extends Lab {
  readonly client: RawClient;
  readonly cancel: () => CancelNotice | null;
  /** When the server saw its connection close; null before. */
  readonly closedAt: () => number | null;
}

async function bench(
  path: string,
  answer: (res: ServerResponse, req: IncomingMessage) => void,
  changes: Partial<ProxyOptions> = {},
  more = 'Content-Length: 2\r\n\r\n{}',
): Promise<Bench> {
  let closedAt: number | null = null;
  const upstream = await startServer((req, res) => {
    req.resume();
    res.on('close', () => (closedAt = performance.now()));
    answer(res, req);
  });
  const running = new RunningExchanges();
  const lab = await startProxy(upstream.url, { running, errorBody, streamError, ...changes });
  const client = await connect(lab.port);
  client.send(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${more}`);
  await until(() => lab.tap.seen.length === 1);
  return {
    ...lab,
    client,
    cancel: () => running.cancel(lab.tap.seen[0]!.head),
    closedAt: () => closedAt,
  };
}

const SSE = { 'content-type': 'text/event-stream' };
const NDJSON = { 'content-type': 'application/x-ndjson' };

function streaming(type: Record<string, string>, ...pieces: (string | Buffer)[]) {
  return (res: ServerResponse): void => {
    res.writeHead(200, type);
    for (const piece of pieces) res.write(piece);
  };
}

describe('a cancelled exchange', () => {
  test.each([
    ['/v1/chat/completions', SSE, 'data: {"error":{'],
    ['/v1/completions', SSE, 'data: {"error":{'],
    ['/v1/responses', SSE, 'event: error\ndata: {"type":"error","code":"cancelled_by_user"'],
    ['/v1/messages', SSE, 'event: error\ndata: {"type":"error","error":{"type":"cancelled"'],
    ['/completion', SSE, 'data: {"error":{"code":499'],
    ['/api/v1/chat', SSE, 'event: error\ndata: {"type":"error","error":{'],
    ['/generate_stream', SSE, 'data: {"error":"Cancelled by the user in Tokwatt."'],
    ['/api/chat', NDJSON, '{"error":"Cancelled by the user in Tokwatt."}\n'],
    ['/api/generate', NDJSON, '{"error":"Cancelled by the user in Tokwatt."}\n'],
  ] as const)('on %s ends its stream with an error of that API', async (path, type, error) => {
    const piece = type === SSE ? 'data: {"a":1}\n\n' : '{"a":1}\n';
    const { client, cancel, closedAt, tap } = await bench(path, streaming(type, piece));
    await client.receive(piece);
    const from = performance.now();
    expect(cancel()).toBe('event');
    await until(() => closedAt() !== null);
    expect(closedAt()! - from).toBeLessThan(AT_ONCE_MS);
    const text = await client.receive('\r\n0\r\n\r\n');
    expect(text).toContain(`${piece}\r\n`);
    expect(text.slice(text.indexOf(piece) + piece.length)).toContain(`\r\n${error}`);
    expect(text).not.toContain('[DONE]');
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'cancelled' });
    expect(cancel()).toBeNull();
  });

  test('shows the tap only what the server sent', async () => {
    const piece = 'data: {"a":1}\n\n';
    const { client, cancel, tap } = await bench('/v1/messages', streaming(SSE, piece));
    await client.receive(piece);
    cancel();
    expect((await tap.ended(0)).response.toString()).toBe(piece);
  });

  test('leaves the connection usable for the next request', async () => {
    const { client, cancel } = await bench('/api/chat', streaming(NDJSON, '{"a":1}\n'));
    await client.receive('{"a":1}');
    cancel();
    await client.receive('0\r\n\r\n');
    client.send('POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n');
    await client.receive(/0\r\n\r\nHTTP\/1\.1 200[^]*\{"a":1\}/);
  });

  test('completes an event whose last line is whole', async () => {
    const { client, cancel } = await bench('/v1/chat/completions', streaming(SSE, 'data: {}\n'));
    await client.receive('data: {}\n');
    expect(cancel()).toBe('event');
    await client.receive(/\r\n\ndata: \{"error"[^]*0\r\n\r\n/);
  });

  test.each([
    ['in the middle of an event', '/v1/chat/completions', SSE, 'data: {"ha'],
    ['in the middle of a line', '/api/chat', NDJSON, '{"ha'],
    ['in a compressed stream', '/v1/messages', { ...SSE, 'content-encoding': 'gzip' }, 'data\n\n'],
    ['in a JSON document', '/v1/messages', { 'content-type': 'application/json' }, '{"a":\n\n'],
    ['with an announced length', '/api/chat', { ...NDJSON, 'content-length': '90' }, '{}\n'],
    ['in an unknown API', '/some/stream', SSE, 'data: 1\n\n'],
  ])('%s resets the connection', async (_, path, type: Record<string, string>, piece) => {
    const isGzip = type['content-encoding'] === 'gzip';
    const bytes = isGzip ? gzipSync(piece) : piece;
    const { client, cancel, closedAt, tap } = await bench(path, streaming(type, bytes));
    await client.receive(isGzip ? '\x1f\x8b' : piece);
    expect(cancel()).toBe('reset');
    const text = await client.closed();
    expect(client.error()).toBe('ECONNRESET');
    expect(text).not.toContain('ancelled');
    await until(() => closedAt() !== null);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'cancelled' });
  });

  test('answers with 499 in the shape of the API before the server has answered', async () => {
    const { client, cancel, closedAt, tap } = await bench('/v1/messages', () => undefined);
    await until(() => tap.seen[0]!.calls.includes('requestEnd'));
    expect(cancel()).toBe('status');
    const text = await client.receive(/\r\n\r\n\{.*\}$/);
    expect(text).toMatch(/^HTTP\/1\.1 499 /);
    expect(text).toContain(
      '{"type":"error","error":{"type":"cancelled","message":"Cancelled by the user in Tokwatt."}}',
    );
    await until(() => closedAt() !== null);
    expect(await tap.ended(0)).toMatchObject({ status: 499, outcome: { kind: 'cancelled' } });
  });

  test('need not have reached the server', async () => {
    // It accepts the connection and never reads.
    const upstream = await startRaw((socket) => socket.pause());
    const running = new RunningExchanges();
    const { port, tap } = await startProxy(upstream.url, { running, errorBody });
    const client = await connect(port);
    client.send('GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => tap.seen.length === 1);
    expect(running.cancel(tap.seen[0]!.head)).toBe('status');
    await client.receive('HTTP/1.1 499');
  });

  test('may still be sending its request, which is held', async () => {
    const rewriter = {
      open: () => ({
        maxBody: 1_000,
        request: () => null,
        response: () => null,
        rejected: () => undefined,
      }),
    };
    let requests = 0;
    const { client, cancel, tap } = await bench(
      '/v1/chat/completions',
      () => (requests += 1),
      { rewriter },
      'Content-Length: 6\r\n\r\nabc',
    );
    await until(() => tap.seen[0]!.requestBytes === 3);
    expect(cancel()).toBe('status');
    await client.receive('HTTP/1.1 499');
    // The rest of the body belongs to the cancelled request; the next request is served.
    client.send('def');
    client.send('POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n');
    await until(() => requests === 1);
  });

  test('ends as soon as its client is the one that is slow', async () => {
    const line = `{"a":"${'x'.repeat(60_000)}"}\n`;
    const { client, cancel, tap } = await bench('/api/chat', (res) => {
      res.writeHead(200, NDJSON);
      for (let i = 0; i < 400; i += 1) res.write(line);
      res.end();
    });
    client.socket.pause();
    await until(() => tap.seen[0]!.responseBytes > 1_000_000);
    expect(cancel()).not.toBeNull();
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'cancelled' });
  });

  test('that has ended cannot be cancelled any more', async () => {
    const { client, cancel, tap } = await bench('/api/chat', (res) => res.end('{}'));
    await client.receive('{}');
    await tap.ended(0);
    expect(cancel()).toBeNull();
  });
});

describe('a cancelled upgrade', () => {
  const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

  test('is answered with 499 before the server has agreed', async () => {
    const upstream = await startRaw((socket) => socket.resume());
    const running = new RunningExchanges();
    const { port, tap } = await startProxy(upstream.url, { running, errorBody });
    const client = await connect(port);
    client.send(`GET /v1/responses HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}`);
    await until(() => tap.seen.length === 1);
    expect(running.cancel(tap.seen[0]!.head)).toBe('status');
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 499 /);
  });

  test('resets both connections after it', async () => {
    let isClosed = false;
    const upstream = await startRaw((socket) => {
      socket.on('close', () => (isClosed = true));
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
      );
      socket.resume();
    });
    const running = new RunningExchanges();
    const { port, tap } = await startProxy(upstream.url, { running, errorBody });
    const client = await connect(port);
    client.send(`GET /v1/responses HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}`);
    await client.receive('101 Switching');
    await until(() => tap.seen.length === 1);
    expect(running.cancel(tap.seen[0]!.head)).toBe('reset');
    await client.closed();
    expect(client.error()).toBe('ECONNRESET');
    await until(() => isClosed);
    expect((await tap.ended(0)).outcome).toEqual({ kind: 'cancelled' });
  });
});
