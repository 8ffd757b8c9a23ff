/** The basis of the proxy's tests: real servers, raw connections and a recording tap. */
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { SILENT_LOG } from '../../../electron/core/log.ts';
import type { Log } from '../../../electron/core/log.ts';
import { accessRules } from '../../../electron/core/proxy/access.ts';
import { createProxyServer } from '../../../electron/core/proxy/server.ts';
import type { ProxyOptions, ProxyServer } from '../../../electron/core/proxy/proxy-options.ts';
import type { Outcome, RequestHead, Tap, Upstream } from '../../../electron/core/proxy/tap.ts';

export interface Seen {
  readonly head: RequestHead;
  /** The names of the calls, in order. Of bodies, only the first megabyte is kept. */
  readonly calls: string[];
  readonly request: Buffer;
  readonly response: Buffer;
  requestBytes: number;
  responseBytes: number;
  status: number | null;
  rawHeaders: readonly string[];
  outcome: Outcome | null;
}

export interface RecordingTap extends Tap {
  readonly seen: Seen[];
  /** Resolves once the exchange of this number has ended. */
  ended(index: number): Promise<Seen>;
}

export function recordingTap(): RecordingTap {
  const seen: Seen[] = [];
  return {
    seen,
    ended: async (index) => {
      await until(() => (seen[index]?.outcome ?? null) !== null);
      return seen[index]!;
    },
    open(head) {
      const request: Buffer[] = [];
      const response: Buffer[] = [];
      const one: Seen = {
        head,
        calls: ['open'],
        get request() {
          return Buffer.concat(request);
        },
        get response() {
          return Buffer.concat(response);
        },
        requestBytes: 0,
        responseBytes: 0,
        status: null,
        rawHeaders: [],
        outcome: null,
      };
      seen.push(one);
      return {
        requestChunk(chunk) {
          one.calls.push('requestChunk');
          one.requestBytes += chunk.length;
          if (one.requestBytes < 1_000_000) request.push(chunk);
        },
        requestEnd: () => void one.calls.push('requestEnd'),
        response(status, rawHeaders) {
          one.calls.push('response');
          one.status = status;
          one.rawHeaders = rawHeaders;
        },
        responseChunk(chunk) {
          one.calls.push('responseChunk');
          one.responseBytes += chunk.length;
          if (one.responseBytes < 1_000_000) response.push(chunk);
        },
        end(outcome) {
          one.calls.push('end');
          one.outcome = outcome;
        },
        abandon: () => void one.calls.push('abandon'),
      };
    },
  };
}

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

export function recordingLog(): Log & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export function upstreamAt(url: string): Upstream {
  return { name: 'lab', url: new URL(url), exactUsage: false };
}

export interface Lab {
  readonly proxy: ProxyServer;
  readonly tap: RecordingTap;
  readonly port: number;
  readonly url: string;
}

/** A proxy in front of `upstream`, on a port of its own, closed with the test. */
export async function startProxy(
  upstream: string,
  options: Partial<ProxyOptions> = {},
): Promise<Lab> {
  const tap = recordingTap();
  const proxy = createProxyServer({
    upstream: upstreamAt(upstream),
    tap,
    errorBody: (method, path, error) =>
      JSON.stringify({
        error: { code: error.code, message: error.message, at: `${method} ${path}` },
      }),
    log: SILENT_LOG,
    access: accessRules({ allowedHosts: [], allowedOrigins: [] }, 'lab-machine'),
    hop: () => 'ID',
    ...options,
  });
  const { port, url } = await proxy.listen(0, '127.0.0.1');
  onTestFinished(() => proxy.close(0));
  return { proxy, tap, port, url };
}

/** An ordinary HTTP server, closed with the test. */
export async function startServer(listener: http.RequestListener): Promise<{
  server: http.Server;
  url: string;
  port: number;
}> {
  const server = http.createServer(listener);
  server.keepAliveTimeout = 0;
  const port = await listenOn(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, url: `http://127.0.0.1:${port}`, port };
}

/** A bare TCP server, closed with the test; `connections` counts what it accepted. */
export async function startRaw(onSocket: (socket: Socket) => void): Promise<{
  url: string;
  port: number;
  sockets: Socket[];
}> {
  const sockets: Socket[] = [];
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  const port = await listenOn(server);
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${port}`, port, sockets };
}

/** A TCP server that answers each request head with fixed bytes, and keeps what it received. */
export async function startScripted(answer: string | ((head: string) => string)): Promise<{
  url: string;
  received: () => string;
  sockets: Socket[];
}> {
  let received = '';
  const raw = await startRaw((socket) => {
    let pending = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      pending += chunk.toString('latin1');
      const end = pending.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = pending.slice(0, end + 4);
      pending = '';
      const text = typeof answer === 'string' ? answer : answer(head);
      socket.write(text, 'latin1', () => {
        if (/^connection: close/im.test(text) || text.startsWith('HTTP/1.0')) socket.end();
      });
    });
  });
  return { url: raw.url, received: () => received, sockets: raw.sockets };
}

export function listenOn(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

export interface RawClient {
  readonly socket: Socket;
  /** Everything received so far, one character a byte. */
  text(): string;
  send(bytes: string | Buffer): void;
  /** Resolves with everything received once it matches. */
  receive(pattern: RegExp | string): Promise<string>;
  /** Resolves with everything received once the connection is closed. */
  closed(): Promise<string>;
  /** The code of the connection's error; null if it ended cleanly. */
  error(): string | null;
}

/** A raw connection, destroyed with the test. */
export async function connect(port: number): Promise<RawClient> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let error: string | null = null;
  let closed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', (problem: NodeJS.ErrnoException) => (error = problem.code ?? 'unknown'));
  socket.on('close', () => (closed = true));
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    socket,
    text: () => text,
    send: (bytes) =>
      void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    receive: async (pattern) => {
      await until(
        () => (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)),
        () => `waiting for ${String(pattern)}, got ${JSON.stringify(text)}`,
      );
      return text;
    },
    closed: async () => {
      await until(
        () => closed,
        () => `waiting for the close, got ${JSON.stringify(text)}`,
      );
      return text;
    },
    error: () => error,
  };
}

/** One request on a connection of its own; resolves with all bytes once the proxy closed it. */
export async function exchange(port: number, request: string): Promise<string> {
  const client = await connect(port);
  client.send(request);
  return client.closed();
}

/** Waits until something holds; fails with the reason after ten seconds. */
export async function until(
  holds: () => boolean,
  reason: () => string = () => 'it did not come about',
): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(reason());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The head of a message, up to and with the empty line. */
export function headOf(message: string): string {
  return message.slice(0, message.indexOf('\r\n\r\n') + 4);
}

export interface Answered {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A request through Node's own client, without a pool. */
export function request(
  url: string,
  options: http.RequestOptions = {},
  body?: string | Buffer,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const req = http.request(url, { agent: false, ...options }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}
