import type { ServerResponse } from 'node:http';

/**
 * Before Node 20, an answer told to go without a `Connection` header closed its connection as well,
 * unannounced; there we say what HTTP/1.1 means anyway.
 */
const MAY_BE_SILENT = Number(process.versions.node.split('.')[0]) >= 20;

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
  else if (minorVersion === 0 || !MAY_BE_SILENT) headers.push('Connection', 'keep-alive');
  else res.removeHeader('connection');
}
