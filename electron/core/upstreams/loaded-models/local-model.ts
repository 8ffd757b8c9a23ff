import type { LoadedModel, UpstreamState } from '../../../../shared/slices.ts';
import { isLoopback } from '../known-ports.ts';
import { loadedModelsSources } from './by-kind.ts';

type Located = Pick<UpstreamState, 'name' | 'targetUrl'>;

/** Whether an upstream's server is on this machine. */
export function isLocal({ targetUrl }: Pick<Located, 'targetUrl'>): boolean {
  return isLoopback(new URL(targetUrl).hostname);
}

/** The models that servers on this machine have in memory. */
export function localModels<Model extends Pick<LoadedModel, 'upstream' | 'state'>>(
  upstreams: readonly Located[],
  models: readonly Model[],
): Model[] {
  const names = new Set(upstreams.filter(isLocal).map(({ name }) => name));
  return models.filter(({ upstream, state }) => names.has(upstream) && state !== 'sleeping');
}

/**
 * Whether a server on this machine has a model in memory, which raises the power of an idle GPU. A
 * server that is not running has none. Null if a running server does not say which models are
 * loaded, and no other one has any.
 */
export function hasLocalModel(
  upstreams: readonly Pick<UpstreamState, 'name' | 'targetUrl' | 'health' | 'kind'>[],
  models: readonly Pick<LoadedModel, 'upstream' | 'state'>[],
): boolean | null {
  if (localModels(upstreams, models).length > 0) return true;
  const running = upstreams.filter((each) => isLocal(each) && each.health !== 'down');
  return running.every(({ kind }) => loadedModelsSources(kind).length > 0) ? false : null;
}
