import type { ServerResponse } from 'node:http';

/**
 * Adds a `Connection` header where the client needs one: `close` if the connection closes,
 * `keep-alive` if an HTTP/1.0 client asked for it. Otherwise removes the one that Node would add.
 */
export function tellConnection(
  res: ServerResponse,
  headers: string[],
  close: boolean,
  minorVersion: number,
): void {
  if (close || !res.shouldKeepAlive) headers.push('Connection', 'close');
  else if (minorVersion === 0) headers.push('Connection', 'keep-alive');
  else res.removeHeader('connection');
}
