import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * The ports above these are used for port 0 and for clients (Linux from 32768, others from 49152).
 */
const [LOWEST, COUNT] = [20_000, 12_000];

/**
 * Returns a free loopback port, for a server that cannot choose one itself or that restarts on the
 * same port. The port is reserved for this test, so that tests running at the same time do not get
 * it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
