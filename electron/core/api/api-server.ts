import type { Hono } from 'hono';
import { STATUS_CODES, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiToken } from '../startup/api-token.ts';
import { TokwattError, systemCode } from '../errors.ts';
import { listenError } from '../listen-error.ts';
import { addressUrl } from '../proxy/address-url.ts';
import { clientErrorRefusal } from '../proxy/client-error.ts';
import { listenOn } from '../proxy/sockets.ts';
import type { Sockets } from '../proxy/sockets.ts';
import { askDirectly } from './direct-request.ts';
import { problemBody } from './problem.ts';

/** The API while it listens. */
export interface RunningApi {
  readonly url: string;
  /** Answers a request without a connection, like the same request with the token. */
  ask(request: Request): Promise<Response>;
  close(): Promise<void>;
}

const PROBLEM = 'application/problem+json';

/** Where the API listens. */
interface Place {
  readonly port: number;
  readonly bind: string;
  readonly sockets?: Sockets | undefined;
}

/** Makes the API. */
type Load = () => Promise<Hono>;
type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Starts to listen. The API is loaded with the first request, because its routes take some megabytes, which a tray that
 * nobody asks does not need. Throws a `listen` error with a one-line message on failure.
 */
export async function serveApi(
  load: Load,
  { token, ...place }: Place & { token: Pick<ApiToken, 'value'> },
): Promise<RunningApi> {
  const app = once(load);
  const server = await listen(app, place);
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new TokwattError('internal', 'The API listens on no port.');
  }
  const url = addressUrl(address);
  return {
    url,
    ask: async (request) => askDirectly(await app(), { request, url, token: token.value }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(app: Load, { port, bind, sockets }: Place): Promise<Server> {
  const answer = once(() => listenerOf(app, bind));
  // A missing Host header gets a problem body like an invalid one.
  const options = { requireHostHeader: false };
  const server = createServer(options, (request, response) => {
    answer().then(
      (listener) => void listener(request, response),
      (error: unknown) => fail(response, error),
    );
  });
  server.on('clientError', (error: Error, socket) => refuseRaw(systemCode(error), socket));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, '--api-port', port, bind)));
    listenOn(server, { port, bind, sockets }, () => resolve(server));
  });
}

async function listenerOf(app: Load, hostname: string): Promise<Listener> {
  const { getRequestListener } = await import('@hono/node-server');
  const { fetch } = await app();
  return getRequestListener(fetch, { hostname, errorHandler: unreadable });
}

/** The result of the first call for all calls. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

/** The answer if the API cannot be loaded, because files of the installation are missing. */
function fail(response: ServerResponse, error: unknown): void {
  const message = `The API could not be loaded (${String(error)}). Install Tokwatt again.`;
  response.writeHead(500, { 'Content-Type': PROBLEM, 'Cache-Control': 'no-store' });
  response.end(problemBody(500, 'internal', message));
}

/** The answer if the target or Host does not form a valid URL. */
function unreadable(): Response {
  const message = 'The request has no address that could be understood; is its Host well formed?';
  const headers = { 'Content-Type': PROBLEM, 'Cache-Control': 'no-store' };
  return new Response(problemBody(400, 'invalid_request', message), { status: 400, headers });
}

/** The answer to bytes that are not an HTTP request. */
function refuseRaw(code: string | null, socket: Duplex): void {
  const refusal = clientErrorRefusal(code);
  if (refusal === null || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = problemBody(refusal.status, refusal.code, refusal.message);
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    `Content-Type: ${PROBLEM}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
