import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { ConfiguredUpstream } from '../settings/effective.ts';
import { isLoopback } from '../upstreams/known-ports.ts';

/** Below it, only the superuser may listen. */
const LOWEST = 1_024;

/** The port of a server that could move; else why it cannot. */
export function movablePort(
  { url }: Pick<ConfiguredUpstream, 'url'>,
  override: string | null,
): number | Sentence {
  if (override !== null) {
    return sentence('takeover_override', { source: override });
  }
  if (!isLoopback(url.hostname)) {
    return sentence('takeover_elsewhere', { host: url.hostname });
  }
  if (url.protocol !== 'http:') return sentence('takeover_tls');
  const port = Number(url.port === '' ? 80 : url.port);
  if (port < LOWEST) return sentence('takeover_rights', { port: String(port) });
  return port;
}
