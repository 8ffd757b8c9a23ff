import type { ModelsOverview } from '../../../shared/models-view.ts';
import { useApiData } from '../../state/api.tsx';
import { useSlice } from '../../state/context.tsx';

/** Servers come and go while a client is connected. */
const EVERY_MS = 30_000;

/** The names of models that a server can be asked for: loaded ones first, then installed ones. */
export function useModels(upstream: string): readonly string[] {
  const loaded = useSlice('loadedModels').filter((model) => model.upstream === upstream);
  const { data } = useApiData<ModelsOverview>('/models/overview', {}, { everyMs: EVERY_MS });
  const installed = (data?.models ?? [])
    .filter(({ purpose }) => purpose === 'chat' || purpose === null)
    .flatMap(({ places }) => places)
    .filter((place) => place.upstream === upstream && place.isInstalled === true);
  return [...new Set([...loaded, ...installed].map(({ name }) => name))];
}
