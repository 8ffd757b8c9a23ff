import type { IncomingMessage } from 'node:http';
import { hasBody } from './head-facts.ts';
import type { HeadFacts } from './head-facts.ts';
import { headerLines } from './headers.ts';

/**
 * Whether an upgrade is forwarded. An upgrade to HTTP/2 is not, because its requests could not be
 * checked or metered; clients that offer it (Java by default) continue with HTTP/1.1. An upgrade
 * with a body is not forwarded either; no known protocol uses one.
 */
export function passesUpgrade(facts: HeadFacts): boolean {
  if (hasBody(facts) || facts.upgrade === null) return false;
  return !facts.upgrade.split(',').some((protocol) => protocol.trim().startsWith('h2'));
}

/**
 * The bytes of the same request without its upgrade, which a server may ignore. The connection is
 * parsed again from these bytes.
 */
export function withoutUpgrade(req: IncomingMessage, rest: Buffer): Buffer {
  const { rawHeaders } = req;
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    let value = rawHeaders[index + 1] ?? '';
    const key = name.toLowerCase();
    if (key === 'upgrade' || key === 'http2-settings') continue;
    if (key === 'connection') {
      const tokens = value.split(',').map((token) => token.trim());
      value = tokens.filter((token) => !/^(?:upgrade|http2-settings)$/i.test(token)).join(', ');
      if (value === '') continue;
    }
    kept.push(name, value);
  }
  const line = `${req.method ?? ''} ${req.url ?? ''} HTTP/${req.httpVersion}\r\n`;
  return Buffer.concat([Buffer.from(`${line}${headerLines(kept)}\r\n`, 'latin1'), rest]);
}
