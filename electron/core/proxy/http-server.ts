import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { addressUrl } from './address-url.ts';
import { listenOn } from './sockets.ts';
import type { Sockets } from './sockets.ts';
import { MAX_HEADER_BYTES } from './upstream-pool.ts';

/**
 * Longest time for a client to send a request's head, milliseconds. Bodies and answers have no
 * limit.
 */
const HEAD_TIMEOUT_MS = 60_000;
const TCP_KEEPALIVE_MS = 60_000;

/** Creates a server whose only time limit is the one for a request's head, in milliseconds. */
export function createHttpServer(headTimeoutMs = HEAD_TIMEOUT_MS): http.Server {
  const server = http.createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    // The admission check does this and answers in JSON.
    requireHostHeader: false,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: TCP_KEEPALIVE_MS,
    headersTimeout: headTimeoutMs,
    connectionsCheckingInterval: Math.ceil(headTimeoutMs / 2),
    // Uploads and answers have no time limit. Idle connections are closed by the client, as with
    // Ollama itself: if the server closed them, it could do so while a new request arrives.
    requestTimeout: 0,
    keepAliveTimeout: 0,
  });
  server.timeout = 0;
  server.maxHeadersCount = 0;
  return server;
}

/** Starts to listen; see `ProxyServer.listen`. */
export function listen(
  server: http.Server,
  port: number,
  bind: string,
  sockets?: Sockets,
): Promise<{ port: number; url: string }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    listenOn(server, { port, bind, sockets }, () => {
      server.off('error', reject);
      const address = server.address() as AddressInfo;
      resolve({ port: address.port, url: addressUrl(address) });
    });
  });
}
