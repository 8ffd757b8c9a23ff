import type { DiscoveredServer } from '../../../shared/slices.ts';
import { fingerprint } from './fingerprint.ts';
import { KNOWN_PORTS, isLoopback } from './known-ports.ts';
import { createProber, type Prober } from './probe.ts';

export interface DiscoveryOptions {
  /** The usual ports of the known servers by default. */
  readonly ports?: readonly number[];
  /** Loopback addresses only; `127.0.0.1` and `[::1]` by default. */
  readonly hosts?: readonly string[];
  /** Tokwatt's own ports, because its proxies answer like the servers behind them. */
  readonly exclude?: readonly number[];
  readonly timeoutMs?: number;
}

/**
 * Finds LLM servers on this machine, in the order of the ports. Servers of another kind, and
 * servers that need a key before they can be recognized, are left out. Throws a RangeError for a
 * host that is not loopback, because Tokwatt never scans a network.
 */
export async function discoverServers(options: DiscoveryOptions = {}): Promise<DiscoveredServer[]> {
  const { hosts = ['127.0.0.1', '[::1]'], exclude = [], timeoutMs = 1500 } = options;
  const ports = options.ports ?? KNOWN_PORTS.map(({ port }) => port);
  const foreign = hosts.find((host) => !isLoopback(host));
  if (foreign !== undefined) throw new RangeError(`${foreign} is not a loopback address`);
  const prober = createProber({ timeoutMs });
  try {
    const wanted = ports.filter((port) => !exclude.includes(port));
    const found = await Promise.all(wanted.map((port) => serverAt(prober, hosts, port)));
    return found.filter((server) => server !== null);
  } finally {
    prober.close();
  }
}

/**
 * A server that listens on several addresses is listed once, with the address of the first host.
 */
async function serverAt(
  prober: Prober,
  hosts: readonly string[],
  port: number,
): Promise<DiscoveredServer | null> {
  for (const host of hosts) {
    const url = `http://${host}:${port}`;
    const found = await fingerprint(prober, new URL(url));
    if (found.ok && found.kind !== null && found.label !== null) {
      return { url, kind: found.kind, label: found.label };
    }
  }
  return null;
}
