import type { Upstream } from './proxy/tap.ts';
import type { ConfiguredUpstream, EffectiveSettings } from './settings/effective.ts';
import { pairUp } from './settings/pair-up.ts';
import { assignPorts } from './settings/proxy-ports.ts';

/** A running proxy's port. */
export interface HeldPort {
  readonly upstream: Upstream;
  readonly port: number;
}

/** The running proxies at a change of settings. */
export interface PresentProxies {
  readonly running: readonly HeldPort[];
  /** The `proxyPort` from which their ports were assigned. */
  readonly proxyPort: number;
  /** Ports of the API: the present one and the one after the next start. */
  readonly reserved: readonly number[];
}

export interface PlannedProxy {
  readonly upstream: ConfiguredUpstream;
  /** 0 means any free port. */
  readonly port: number;
}

/**
 * Returns the proxies for the settings, in the order of the upstreams. An upstream counts as the
 * same if it has the same name, or otherwise the same address; then it keeps its port. If
 * `proxyPort` has changed, all ports that no setting names are assigned again.
 */
export function planProxies(
  { upstreams, proxyPort }: Pick<EffectiveSettings, 'upstreams' | 'proxyPort'>,
  present: PresentProxies,
): PlannedProxy[] {
  const { running, reserved } = present;
  const isMoved = proxyPort !== present.proxyPort;
  const held = isMoved ? [] : successors(running, upstreams).map((from) => from?.port ?? null);
  const ports = assignPorts(upstreams, { proxyPort, reserved, held });
  return upstreams.map((upstream, index) => ({ upstream, port: ports[index] ?? 0 }));
}

/**
 * Returns the present proxy of each upstream; null for a new upstream. Names are matched first, so
 * that a new name can take over only the proxy of a removed upstream.
 */
function successors(
  running: readonly HeldPort[],
  upstreams: readonly Upstream[],
): (HeldPort | null)[] {
  return pairUp(
    running,
    upstreams,
    (before, { name }) => before.upstream.name === name,
    (before, { url }) => before.upstream.url.href === url.href,
  );
}
