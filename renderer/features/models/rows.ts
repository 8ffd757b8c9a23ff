import type {
  ModelLimits,
  ModelManager,
  ModelPlace,
  ModelRow,
} from '../../../shared/models-view.ts';
import type { Sentence } from '../../../shared/sentences.ts';

export const FILTERS = ['all', 'loaded', 'installed', 'favorites'] as const;
export type ModelFilter = (typeof FILTERS)[number];

/** What can be done with an installed model, by the names of the limits. */
export type PlacedAction = Exclude<keyof ModelLimits, 'pull' | 'keepAlive'>;

/** The rows that fit the filter and every word of the search. */
export function shownModels(
  models: readonly ModelRow[],
  filter: ModelFilter,
  search: string,
): readonly ModelRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text = searchedText(model);
    return fits(model, filter) && words.every((word) => text.includes(word));
  });
}

function fits(model: ModelRow, filter: ModelFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'loaded':
      return model.isLoaded;
    case 'installed':
      return model.isInstalled === true;
    case 'favorites':
      return model.isFavorite;
  }
}

function searchedText(model: ModelRow): string {
  const { name, family, quantization, parameterSize, purpose, places } = model;
  const servers = places.map(({ upstream }) => upstream);
  return [name, family, quantization, parameterSize, purpose, ...servers].join(' ').toLowerCase();
}

/** Pinned models come first; apart from that the order stays. */
export function pinnedFirst(models: readonly ModelRow[]): readonly ModelRow[] {
  return [...models].sort((a, b) => Number(b.isPinned) - Number(a.isPinned));
}

/** The places where something can be done, else the reason. */
export type Doable =
  | { readonly places: readonly ModelPlace[]; readonly refusal: null }
  | { readonly places: readonly []; readonly refusal: Refusal };

/** Why a server cannot do something: in English, and for any language. */
export interface Limit {
  readonly why: string;
  readonly said: Sentence | null;
}

export type Refusal =
  | { readonly kind: 'not-installed' | 'not-loaded' }
  | ({ readonly kind: 'cannot'; readonly upstream: string } & Limit);

/** Where an action on a model can be done. Places of servers that did not answer are tried too. */
export function doable(
  model: ModelRow,
  action: PlacedAction,
  managers: readonly ModelManager[],
): Doable {
  const installed = model.places.filter(({ isInstalled }) => isInstalled !== false);
  const wanted =
    action === 'unload' ? installed.filter(({ loaded }) => loaded !== null) : installed;
  const able = wanted.filter((place) => limitOf(place.upstream, action, managers) === null);
  if (able.length > 0) return { places: able, refusal: null };
  const [first] = wanted;
  const why = first === undefined ? null : limitOf(first.upstream, action, managers);
  if (first !== undefined && why !== null) {
    return { places: [], refusal: { kind: 'cannot', upstream: first.upstream, ...why } };
  }
  return { places: [], refusal: { kind: installed.length > 0 ? 'not-loaded' : 'not-installed' } };
}

/** Why a server cannot do something; null if it can, or if nothing is known about it. */
export function limitOf(
  upstream: string,
  action: keyof ModelLimits,
  managers: readonly ModelManager[],
): Limit | null {
  const found = managers.find((each) => each.upstream === upstream);
  const why = found?.cannot[action] ?? null;
  return why === null ? null : { why, said: found?.cannotSentences[action] ?? null };
}

const KEEP_ALIVE = /^(?:-1|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/;

/** True for a time as Ollama writes it: `90s`, `1h30m`, or `-1` for ever. */
export function isKeepAlive(text: string): boolean {
  return KEEP_ALIVE.test(text);
}

/** The path of an action on a model of a server. Names contain slashes. */
export function actionPath(place: Pick<ModelPlace, 'name' | 'upstream'>, action: string): string {
  const query = new URLSearchParams({ upstream: place.upstream });
  const end = action === '' ? '' : `/${action}`;
  return `/ollama/models/${encodeURIComponent(place.name)}${end}?${query.toString()}`;
}

export interface ModelsView {
  readonly search: string;
  readonly setSearch: (search: string) => void;
  readonly filter: ModelFilter;
  readonly setFilter: (filter: ModelFilter) => void;
}
