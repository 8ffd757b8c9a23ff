import { createServer } from 'node:net';

/** Most ports that are tried. */
const TRIES = 200;

/** The first port from `from` upwards on which nothing listens on loopback; null if there is none. */
export async function freePortFrom(
  from: number,
  isTaken: (port: number) => boolean,
): Promise<number | null> {
  for (let port = from; port < from + TRIES && port <= 65_535; port += 1) {
    if (!isTaken(port) && (await canListen(port))) return port;
  }
  return null;
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
