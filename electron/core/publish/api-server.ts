import { serve } from '@hono/node-server';
import type { ServerType } from '@hono/node-server';
import type { Hono } from 'hono';
import { TokwattError } from '../errors.ts';
import { listenError } from '../listen-error.ts';

/** The API where it listens. */
export interface RunningApi {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on an address; throws a `listen` error of one line if it cannot. */
export async function serveApi(app: Hono, port: number, bind: string): Promise<RunningApi> {
  const server = await listen(app, port, bind);
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new TokwattError('internal', 'The API listens on no port.');
  }
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function listen(app: Hono, port: number, bind: string): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: bind }, () => resolve(server));
    server.once('error', (error) => reject(listenError(error, '--api-port', port, bind)));
  });
}
