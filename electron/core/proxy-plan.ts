import type { Upstream } from './proxy/tap.ts';
import type { ConfiguredUpstream, EffectiveSettings } from './settings/effective.ts';
import { assignPorts } from './settings/proxy-ports.ts';

/** A proxy that runs. */
export interface HeldPort {
  readonly upstream: Upstream;
  readonly port: number;
}

/** What runs when the settings change. */
export interface PresentProxies {
  readonly running: readonly HeldPort[];
  /** The `proxyPort` that their ports were handed out from. */
  readonly proxyPort: number;
  /** Ports that the API has, now or from the next start on. */
  readonly reserved: readonly number[];
}

export interface PlannedProxy {
  readonly upstream: ConfiguredUpstream;
  /** 0 stands for any free one. */
  readonly port: number;
}

/**
 * The proxies that the settings want, in the order of the upstreams. An upstream is the same one
 * while it keeps its name, or else its address, and keeps its port then. If `proxyPort` has changed,
 * all ports that settings do not name are handed out anew.
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

/** For each upstream the proxy that it has had so far; null for a new one. */
function successors(
  running: readonly HeldPort[],
  upstreams: readonly Upstream[],
): (HeldPort | null)[] {
  const left = new Set(running);
  const take = (matches: (upstream: Upstream) => boolean): HeldPort | null => {
    const found = [...left].find(({ upstream }) => matches(upstream)) ?? null;
    if (found !== null) left.delete(found);
    return found;
  };
  // Names first, so that a new name takes over nobody's proxy but that of the one that has gone.
  const byName = upstreams.map(({ name }) => take((before) => before.name === name));
  return upstreams.map(
    ({ url }, index) => byName[index] ?? take((before) => before.url.href === url.href),
  );
}
