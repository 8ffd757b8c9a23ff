import type { ModelRow } from '../../../shared/models-view.ts';
import type { LoadedModel } from '../../../shared/slices.ts';

/** What a row says of a model: the state of the place where it is furthest. */
export type ModelStateName = LoadedModel['state'] | 'installed' | 'missing' | 'unknown';

const ORDER: readonly ModelStateName[] = [
  'missing',
  'unknown',
  'installed',
  'sleeping',
  'loading',
  'loaded',
];

export function stateText(model: ModelRow): ModelStateName {
  const held = heldBy(model);
  if (held !== null) return held.state;
  if (model.isInstalled === null) return 'unknown';
  return model.isInstalled ? 'installed' : 'missing';
}

/** For sorting: loaded models have the highest. */
export function stateRank(model: ModelRow): number {
  return ORDER.indexOf(stateText(model));
}

/** The loaded model that is furthest; of several loaded ones the one that stays longest. */
export function heldBy({ places }: ModelRow): LoadedModel | null {
  const held = places.flatMap(({ loaded }) => (loaded === null ? [] : [loaded]));
  const until = ({ expiresAt }: LoadedModel): number => expiresAt ?? Infinity;
  held.sort(
    (a, b) => ORDER.indexOf(b.state) - ORDER.indexOf(a.state) || (until(a) > until(b) ? -1 : 1),
  );
  return held[0] ?? null;
}
