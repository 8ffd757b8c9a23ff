import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { STATUS_CODES, createServer } from 'node:http';
import type { Server } from 'node:http';
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

/** Starts to listen. Throws a `listen` error with a one-line message on failure. */
export async function serveApi(
  app: Hono,
  {
    token,
    ...place
  }: { token: Pick<ApiToken, 'value'>; port: number; bind: string; sockets?: Sockets | undefined },
): Promise<RunningApi> {
  const server = await listen(app, place);
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new TokwattError('internal', 'The API listens on no port.');
  }
  const url = addressUrl(address);
  return {
    url,
    ask: (request) => askDirectly(app, { request, url, token: token.value }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(
  app: Hono,
  { port, bind, sockets }: { port: number; bind: string; sockets?: Sockets | undefined },
): Promise<Server> {
  const listener = getRequestListener(app.fetch, { hostname: bind, errorHandler: unreadable });
  // A missing Host header gets a problem body like an invalid one.
  const options = { requireHostHeader: false };
  const server = createServer(options, (request, response) => void listener(request, response));
  server.on('clientError', (error: Error, socket) => refuseRaw(systemCode(error), socket));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, '--api-port', port, bind)));
    listenOn(server, { port, bind, sockets }, () => resolve(server));
  });
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
