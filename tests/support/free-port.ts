import { once } from 'node:events';
import { createServer } from 'node:net';

/** A loopback port that nothing listened on a moment ago, for a server that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
