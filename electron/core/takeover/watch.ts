import type { TakeoverPlan } from '../../../shared/takeover.ts';
import { createProber } from '../upstreams/probe.ts';

/** Time limit for one answer, milliseconds. */
const TIMEOUT_MS = 1_000;

/**
 * What still keeps Tokwatt from the old port: the server is not at its new one, or something still
 * listens on the old one. The old port is only looked at after the new one answered.
 */
export async function isMoved(
  { port, serverPort }: Pick<TakeoverPlan, 'port' | 'serverPort'>,
  url: URL,
): Promise<'server' | 'port' | 'ready'> {
  const prober = createProber({ timeoutMs: TIMEOUT_MS });
  try {
    const answer = await prober.get(at(url, serverPort), '/v1/models');
    if (!answer.ok) return 'server';
    // Something that listens on all addresses would not keep Tokwatt from listening on one of them.
    const old = await prober.get(at(url, port), '/v1/models');
    return !old.ok && old.code === 'ECONNREFUSED' ? 'ready' : 'port';
  } finally {
    prober.close();
  }
}

function at(url: URL, port: number): URL {
  const other = new URL(url);
  other.port = String(port);
  return other;
}
