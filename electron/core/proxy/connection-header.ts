import type { ServerResponse } from 'node:http';

/**
 * Adds to `headers` what the client must know of its connection: that it closes, or, where HTTP/1.0
 * asked for it, that it stays. Otherwise nothing: Node's own additions are turned off.
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
