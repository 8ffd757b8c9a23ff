import type { KeyStorage, UpstreamState } from '../../../shared/slices.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { UpstreamStatus } from './watcher-contract.ts';

/** An upstream as readers see it. `status` is null before the first check. */
export function upstreamState(
  upstream: Upstream,
  proxyUrl: string,
  status: UpstreamStatus | null,
  keyStorage: KeyStorage | null,
): UpstreamState {
  return {
    name: upstream.name,
    targetUrl: upstream.url.href.replace(/\/$/, ''),
    proxyUrl,
    kind: status?.kind ?? null,
    label: status?.label ?? null,
    health: status?.health ?? 'unknown',
    note: status?.note ?? null,
    noteSentence: status?.noteSentence ?? null,
    keyStorage,
  };
}
