import { once } from 'node:events';
import { createServer } from 'node:net';

/** Systems give out ports above these (Linux from 32768, others from 49152) for port 0 and for clients. */
const [LOWEST, COUNT] = [20_000, 12_000];

/**
 * A loopback port that nothing listens on, for a server that cannot choose one itself or that comes back on the
 * same one. No server or client of a test that runs at the same time is given it meanwhile.
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
