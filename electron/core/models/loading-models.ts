import type { LoadedModel } from '../../../shared/slices.ts';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import { loadedModelsSources } from '../upstreams/loaded-models/by-kind.ts';
import { loadedModel } from '../upstreams/loaded-models/source.ts';
import { sameModel } from './same-model.ts';

type Loading = Pick<LoadedModel, 'upstream' | 'name'>;

/**
 * Models that Tokwatt has asked a server to load. Some servers list a model only after loading it,
 * and Ollama lists a loading model as loaded.
 */
export class LoadingModels {
  readonly #onChange: () => void;
  readonly #loading = new Set<Loading>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * Shows a model as loading until the returned function is called.
   * @param loaded the models known to be loaded; one of them is not shown as loading again
   */
  begin(upstream: string, name: string, loaded: readonly LoadedModel[]): () => void {
    const model = { upstream, name };
    if (loaded.some((each) => isSame(each, model))) return () => undefined;
    this.#loading.add(model);
    this.#onChange();
    return () => {
      if (this.#loading.delete(model)) this.#onChange();
    };
  }

  /**
   * The loaded models combined with the loading ones. Returns the same array if none is loading.
   */
  over(loaded: readonly LoadedModel[]): readonly LoadedModel[] {
    if (this.#loading.size === 0) return loaded;
    const all = [...this.#loading];
    // Several clients may load the same model at the same time.
    const loading = all.filter(
      (one, index) => all.findIndex((each) => isSame(each, one)) === index,
    );
    const unlisted = loading.filter((model) => !loaded.some((each) => isSame(each, model)));
    return [
      ...loaded.map((each) =>
        loading.some((model) => isSame(each, model))
          ? { ...each, state: 'loading' as const }
          : each,
      ),
      ...unlisted.map(({ upstream, name }) => ({
        upstream,
        ...loadedModel(name, { state: 'loading' }),
      })),
    ];
  }
}

/**
 * Upstreams with an exchange that waits for a model not listed as loaded, because that model may be
 * loading. Includes only upstreams that list their loaded models.
 */
export function upstreamsLoading(
  exchanges: readonly LiveExchange[],
  loaded: readonly LoadedModel[],
  kindOf: (upstream: string) => string | null,
): string[] {
  const waiting = exchanges.filter(({ phase, model, upstream }) => {
    if (phase !== 'waiting' || model === null) return false;
    return !loaded.some((each) => isSame(each, { upstream, name: model }));
  });
  const upstreams = new Set(waiting.map(({ upstream }) => upstream));
  return [...upstreams].filter((name) => loadedModelsSources(kindOf(name)).length > 0);
}

/**
 * The entry of a model in a list of loaded models; null if it has none. A llama-server with one model
 * answers for every name, and tells the size of its context. As a router it tells none.
 */
export function listedModel(
  loaded: readonly LoadedModel[],
  model: Loading,
  kind: string | null,
): LoadedModel | null {
  const named = loaded.find((each) => isSame(each, model));
  if (named !== undefined || kind !== 'llamacpp') return named ?? null;
  const [only, ...others] = loaded.filter(({ upstream }) => upstream === model.upstream);
  return only === undefined || others.length > 0 || only.contextLength === null ? null : only;
}

/** True if the entry of a model says that it is loaded. `now` is Unix milliseconds. */
export function isLoaded(model: LoadedModel | null, now: number): boolean {
  if (model?.state !== 'loaded') return false;
  return model.expiresAt === null || model.expiresAt > now;
}

function isSame(one: Loading, other: Loading): boolean {
  return one.upstream === other.upstream && sameModel(one.name, other.name);
}
