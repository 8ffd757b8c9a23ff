/** Any free port. */
export const ANY_PORT = 0;

/** What is to be heeded when ports are handed out. */
export interface PortRules {
  readonly proxyPort: number;
  /** Ports that are not handed out: the API's. */
  readonly reserved: readonly number[];
  /** The port that each upstream has now, by its place in the list; null for a new upstream. */
  readonly held?: readonly (number | null)[];
}

/**
 * The port of each upstream's proxy, in the order of the upstreams. An upstream has the port that its
 * setting names; else it keeps the one it has; else it gets the first from `proxyPort` upwards that is
 * neither reserved nor another upstream's. With `proxyPort` 0 it gets any free one, {@link ANY_PORT}.
 * A port may come out above 65535 if there are not enough.
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
