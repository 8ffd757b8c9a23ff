import type { DiscoveredServer } from '../../../shared/slices.ts';
import { fingerprint } from './fingerprint.ts';
import { KNOWN_PORTS, isLoopback } from './known-ports.ts';
import { FIRST_PATH, askablePorts, maybeModels } from './other-ports.ts';
import { createProber, type Prober } from './probe.ts';

export interface DiscoveryOptions {
  /** The usual ports of the known servers by default. */
  readonly ports?: readonly number[];
  /**
   * Other ports on which something listens; none by default. They are asked one question first, and
   * more only if the answer may be that of a model server.
   */
  readonly others?: readonly number[];
  /** Loopback addresses only; `127.0.0.1` and `[::1]` by default. */
  readonly hosts?: readonly string[];
  /** Tokwatt's own ports, because its proxies answer like the servers behind them. */
  readonly exclude?: readonly number[];
  /** Time limit for one answer, milliseconds. */
  readonly timeoutMs?: number;
  /** Time limit for the whole search, milliseconds. What was found until then is returned. */
  readonly limitMs?: number;
}

interface Search {
  readonly prober: Prober;
  readonly hosts: readonly string[];
}

/** Other ports that are asked at the same time. */
const AT_ONCE = 8;

/**
 * Finds LLM servers on this machine: those at usual ports first, then the others, each in the order of
 * the ports. Servers of another kind, and servers that need a key before they can be recognized, are
 * left out. Throws a RangeError for a host that is not loopback, because Tokwatt never scans a network.
 */
export async function discoverServers(options: DiscoveryOptions = {}): Promise<DiscoveredServer[]> {
  const { hosts = ['127.0.0.1', '[::1]'], exclude = [], others = [] } = options;
  const { timeoutMs = 1500, limitMs = 8_000 } = options;
  const ports = options.ports ?? KNOWN_PORTS.map(({ port }) => port);
  const foreign = hosts.find((host) => !isLoopback(host));
  if (foreign !== undefined) throw new RangeError(`${foreign} is not a loopback address`);
  const prober = createProber({ timeoutMs });
  // All requests after it fail at once.
  const limit = setTimeout(() => prober.close(), limitMs);
  try {
    const search = { prober, hosts };
    const usual = ports.filter((port) => !exclude.includes(port));
    const rest = others.filter((port) => !exclude.includes(port) && !ports.includes(port));
    const found = await Promise.all([
      ...usual.map((port) => serverAt(search, port)),
      ...inTurns(askablePorts(rest), (port) => otherServerAt(search, port)),
    ]);
    return found.filter((server) => server !== null);
  } finally {
    clearTimeout(limit);
    prober.close();
  }
}

/** Begins one piece of work for each port, at most {@link AT_ONCE} at the same time. */
function inTurns<Result>(
  ports: readonly number[],
  work: (port: number) => Promise<Result>,
): Promise<Result>[] {
  const turns: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return ports.map((port, index) => {
    const result = (turns[index % AT_ONCE] ?? Promise.resolve()).then(() => work(port));
    turns[index % AT_ONCE] = result;
    return result;
  });
}

/** Asks a port of which nothing is known a single question first. */
async function otherServerAt(search: Search, port: number): Promise<DiscoveredServer | null> {
  for (const host of search.hosts) {
    const answer = await search.prober.get(new URL(`http://${host}:${port}`), FIRST_PATH);
    if (maybeModels(answer)) return serverAt({ ...search, hosts: [host] }, port);
    if (answer.ok || answer.connected) return null;
  }
  return null;
}

/**
 * A server that listens on several addresses is listed once, with the address of the first host.
 */
async function serverAt({ prober, hosts }: Search, port: number): Promise<DiscoveredServer | null> {
  for (const host of hosts) {
    const url = `http://${host}:${port}`;
    const found = await fingerprint(prober, new URL(url));
    if (found.ok && found.kind !== null && found.label !== null) {
      return { url, kind: found.kind, label: found.label };
    }
  }
  return null;
}
