/** The operating system chooses a free port. */
export const ANY_PORT = 0;

/** The rules for assigning ports. */
export interface PortRules {
  readonly proxyPort: number;
  /** Ports that must not be assigned: the API's. */
  readonly reserved: readonly number[];
  /** The present port of each upstream, in the order of the list; null for a new upstream. */
  readonly held?: readonly (number | null)[];
}

/**
 * Returns the port of each upstream's proxy, in the order of the upstreams. The port in the
 * upstream's setting comes first, then its present port, then the first port from `proxyPort`
 * upwards that is neither reserved nor used by another upstream. With `proxyPort` 0 the last rule
 * gives {@link ANY_PORT}. A returned port may be above 65535 if there are not enough.
 */
export function assignPorts(
  upstreams: readonly { readonly port: number | null }[],
  { proxyPort, reserved, held = [] }: PortRules,
): number[] {
  const named = upstreams.map(({ port }) => port);
  const isNamed = (port: number): boolean => named.includes(port);
  const fixed = named.map((port, index) => {
    const kept = held[index] ?? null;
    return port ?? (kept === null || isNamed(kept) ? null : kept);
  });
  const taken = new Set([...reserved, ...fixed]);
  let next = proxyPort;
  return fixed.map((port) => {
    if (port !== null) return port;
    if (proxyPort === ANY_PORT) return ANY_PORT;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return next;
  });
}
