import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { PassTarget, PortAddress } from './messages.ts';

/** The start of a request: what a client sends next on a connection that it keeps. */
const REQUEST_HEAD = /^[A-Z]{1,20} [^ \r\n]+ HTTP\/1\.[01]\r?\n/;
const HEAD_BYTES = 4_096;
/** How long a client that is refused may take to read why, milliseconds. */
const REFUSAL_MS = 5_000;

const AWAY = 'Tokwatt is starting again and measures nothing at the moment; try again in a moment.';
const NO_SERVER = 'Tokwatt is starting again, and the server behind it cannot be reached.';

/** A port while the guard accepts its connections. */
export interface Passing {
  /** Stops accepting. Connections go on; a new request on one of them goes to the core. */
  handBack(): void;
}

export interface PassingOptions {
  /** The listening socket; it is closed by `handBack`. */
  readonly handle: object;
  readonly at: PortAddress;
  /** Where the bytes go now; null if they cannot be passed as they are. */
  readonly to: () => PassTarget | null;
  readonly onConnection: () => void;
  readonly onError: (error: Error) => void;
}

/** Accepts the connections of a port and passes their bytes, without reading them. */
export function passBytes({ handle, at, to, onConnection, onError }: PassingOptions): Passing {
  let isBack = false;
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    onConnection();
    const target = to();
    client.on('error', () => client.destroy());
    if (target === null) refuse(client, AWAY);
    else
      pump(client, target, () => (isBack ? { host: reachable(at.address), port: at.port } : null));
  });
  server.on('error', onError);
  server.listen(handle);
  return {
    handBack() {
      isBack = true;
      server.close();
    },
  };
}

/**
 * Passes bytes both ways. `core` returns where the core listens, once it does again: the next request of a kept
 * connection goes there, so that it is metered.
 */
function pump(client: Socket, target: PassTarget, core: () => PassTarget | null): void {
  let server = open(client, target);
  let isAnswered = false;
  const answered = (): void => void (isAnswered = true);
  server.on('data', answered);
  client.on('data', (chunk: Buffer) => {
    const next = isAnswered && isRequest(chunk) ? core() : null;
    if (next !== null) {
      server.removeAllListeners('close').destroy();
      server = open(client, next);
      server.on('data', answered);
    }
    isAnswered = false;
    if (!server.write(chunk)) client.pause();
  });
  client.on('end', () => server.end());
  client.on('close', () => server.destroy());
}

/** Connects, and passes to the client what comes from there. */
function open(client: Socket, { host, port }: PassTarget): Socket {
  const server = connect({ host, port, allowHalfOpen: true, noDelay: true });
  let isThere = false;
  server.once('connect', () => (isThere = true));
  server.on('error', () => {
    if (isThere || client.bytesWritten > 0) client.resetAndDestroy();
    else refuse(client, NO_SERVER);
  });
  server.on('data', (chunk) => {
    if (client.destroyed || client.write(chunk)) return;
    server.pause();
    client.once('drain', () => server.resume());
  });
  server.on('drain', () => client.resume());
  server.on('end', () => client.end());
  // A refused client reads why first.
  server.on('close', (failed) => {
    if (!failed) client.destroySoon();
  });
  return server;
}

function isRequest(chunk: Buffer): boolean {
  return REQUEST_HEAD.test(chunk.toString('latin1', 0, HEAD_BYTES));
}

/** An address that means all interfaces cannot be connected to everywhere. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** Answers in plain text once the client has sent something, and closes the connection. */
function refuse(client: Socket, reason: string): void {
  const answer = (): void => {
    const head = [
      'HTTP/1.1 503 Service Unavailable',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${reason.length + 1}`,
      'Retry-After: 2',
      'Connection: close',
    ];
    client.end(`${head.join('\r\n')}\r\n\r\n${reason}\n`);
  };
  if (client.bytesRead > 0) answer();
  else client.once('data', answer);
  client.resume();
  setTimeout(() => client.destroy(), REFUSAL_MS).unref();
}
