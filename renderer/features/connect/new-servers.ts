import type { DiscoveredServer } from '../../../shared/slices.ts';
import { useSlice } from '../../state/context.tsx';

/** Those of the found servers that Tokwatt is not in front of yet. */
export function useNewServers(found: readonly DiscoveredServer[]): readonly DiscoveredServer[] {
  const used = new Set(useSlice('upstreams').map(({ targetUrl }) => portOf(targetUrl)));
  return found.filter(({ url }) => !used.has(portOf(url)));
}

/** Found servers are on this machine, where a port is one server. */
function portOf(url: string): string {
  return new URL(url).host.replace(/^(localhost|127\.0\.0\.1|\[::1\])/, 'here');
}
