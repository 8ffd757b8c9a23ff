import type { LoadedModel, UpstreamState } from '../../../../shared/slices.ts';
import { isLoopback } from '../known-ports.ts';
import { loadedModelsSources } from './by-kind.ts';

/**
 * Whether a server on this machine has a model in memory, which raises the power of an idle GPU. A
 * server that is not running has none. Null if a running server does not say which models are
 * loaded, and no other one has any.
 */
export function hasLocalModel(
  upstreams: readonly Pick<UpstreamState, 'name' | 'targetUrl' | 'health' | 'kind'>[],
  models: readonly Pick<LoadedModel, 'upstream' | 'state'>[],
): boolean | null {
  const local = upstreams.filter(({ targetUrl }) => isLoopback(new URL(targetUrl).hostname));
  const names = new Set(local.map(({ name }) => name));
  const isPresent = models.some(
    ({ upstream, state }) => names.has(upstream) && state !== 'sleeping',
  );
  if (isPresent) return true;
  const running = local.filter(({ health }) => health !== 'down');
  return running.every(({ kind }) => loadedModelsSources(kind).length > 0) ? false : null;
}
