/** HTTP/1.x as raw bytes: a scripted server, a client on raw sockets, and a parser for messages. */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type HeaderLine = readonly [name: string, value: string];

/** A message in its wire form. */
export interface Message {
  /** Request or status line. */
  readonly start: string;
  readonly headers: readonly HeaderLine[];
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** The body without chunk sizes. */
  readonly body: Buffer;
  readonly trailers: readonly HeaderLine[];
  /** True if the end was seen. Never true if only the end of the connection marks it. */
  readonly complete: boolean;
}

/** What the server does with a request. */
export interface Script {
  /** Written one after another, with a turn of the event loop in between. */
  readonly pieces: readonly Buffer[];
  /** What happens to the connection afterwards. */
  readonly then: 'keep' | 'end' | 'reset';
}

export interface WireServer {
  readonly url: string;
  readonly port: number;
  /** The requests so far as bytes, oldest first. */
  readonly requests: readonly Buffer[];
  /** Answers requests with this value of `X-Case`. */
  on(name: string, script: Script): void;
  stop(): Promise<void>;
}

/** The answer as the client received it, and how it ended. */
export interface Heard {
  readonly bytes: Buffer;
  /** Complete by its framing; the connection was closed; the connection was reset. */
  readonly ended: 'whole' | 'closed' | 'reset';
  /** The heads with a status below 200, without the final one. */
  readonly interim: readonly Message[];
  /** Null if no head came. */
  readonly answer: Message | null;
}

/** A server that answers each request with the script of its case. Other requests get a 404. */
export async function startWireServer(): Promise<WireServer> {
  const scripts = new Map<string, Script>();
  const requests: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      const request = readMessage(pending, null);
      if (request?.complete !== true) return;
      const name = headerOf(request, 'x-case');
      const script = name === null ? undefined : scripts.get(name);
      if (script !== undefined) requests.push(pending);
      pending = Buffer.alloc(0);
      void perform(socket, script ?? NOT_FOUND);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    on: (name, script) => void scripts.set(name, script),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const NOT_FOUND: Script = {
  pieces: [Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')],
  then: 'keep',
};

async function perform(socket: Socket, script: Script): Promise<void> {
  for (const piece of script.pieces) {
    if (socket.destroyed) return;
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (script.then === 'end') socket.end();
  // Delays the reset so that it does not overtake the sent data.
  if (script.then === 'reset') setTimeout(() => socket.resetAndDestroy(), 20);
}

/**
 * Sends bytes on a new connection and reads the answer to its end. `method` is the method of the
 * request, because an answer to HEAD has no body. There is a pause between the parts of a request,
 * at least one turn of the event loop.
 */
export async function tell(
  port: number,
  request: Buffer | string | readonly Buffer[],
  method = 'POST',
  pauseMs = 0,
): Promise<Heard> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  let bytes = Buffer.alloc(0);
  let ended: Heard['ended'] = 'closed';
  const over = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (readAnswer(bytes, method).answer?.complete !== true) return;
      ended = 'whole';
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') ended = 'reset';
    });
    socket.on('close', () => resolve());
  });
  await once(socket, 'connect');
  const parts = typeof request === 'string' ? [Buffer.from(request, 'latin1')] : [request].flat();
  for (const [index, part] of parts.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await new Promise((resolve) => socket.write(part, resolve));
  }
  await over;
  return { bytes, ended, ...readAnswer(bytes, method) };
}

function readAnswer(bytes: Buffer, method: string): Pick<Heard, 'interim' | 'answer'> {
  const interim: Message[] = [];
  let rest = bytes;
  for (;;) {
    const message = readMessage(rest, method);
    if (message === null) return { interim, answer: null };
    if (!/^HTTP\/1\.[01] 1/.test(message.start)) return { interim, answer: message };
    interim.push(message);
    rest = rest.subarray(rest.indexOf('\r\n\r\n') + 4);
  }
}

/**
 * Parses one message; null until its head is complete. `method` is null for a request, else the
 * method of the request.
 */
export function readMessage(bytes: Buffer, method: string | null): Message | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [start = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = lines.map(headerLine);
  const head = { start, headers };
  const rest = bytes.subarray(end + 4);
  const none = { body: Buffer.alloc(0), trailers: [], framing: 'none', complete: true } as const;
  if (method !== null && (method === 'HEAD' || /^\S+ (?:1\d\d|204|304)/.test(start))) {
    return { ...head, ...none };
  }
  if (/chunked$/i.test(headerOf(head, 'transfer-encoding') ?? '')) {
    return { ...head, framing: 'chunked', ...readChunks(rest) };
  }
  const length = headerOf(head, 'content-length');
  if (length !== null) {
    const body = rest.subarray(0, Number(length));
    const complete = body.length === Number(length);
    return { ...head, framing: 'length', body, trailers: [], complete };
  }
  if (method === null) return { ...head, ...none };
  return { ...head, framing: 'close', body: rest, trailers: [], complete: false };
}

/** Combines a start line, header lines and the empty line. */
export function headBytes(start: string, headers: readonly HeaderLine[]): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${start}\r\n${lines}\r\n`, 'latin1');
}

/** One chunk of chunked coding. */
export function chunkBytes(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, CRLF]);
}

/** The end of chunked coding, with optional trailers. */
export function lastChunk(trailers: readonly HeaderLine[] = []): Buffer {
  return headBytes('0', trailers);
}

/** The first value of a header, by its lower-case name. */
export function headerOf(message: Pick<Message, 'headers'>, name: string): string | null {
  return message.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

const CRLF = Buffer.from('\r\n');

function readChunks(bytes: Buffer): Pick<Message, 'body' | 'trailers' | 'complete'> {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf(CRLF, at);
    const size = lineEnd === -1 ? NaN : parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) {
      const body = Buffer.concat(parts);
      const end = size === 0 ? bytes.indexOf('\r\n\r\n', at) : -1;
      if (end === -1) return { body, trailers: [], complete: false };
      const lines = bytes.toString('latin1', at, end).split('\r\n').slice(1);
      return { body, trailers: lines.map(headerLine), complete: true };
    }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function headerLine(line: string): HeaderLine {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
