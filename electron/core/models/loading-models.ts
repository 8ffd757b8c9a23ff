import type { LoadedModel } from '../../../shared/slices.ts';
import type { LiveExchange } from '../../../shared/usage.ts';
import { loadedModelsSources } from '../upstreams/loaded-models/by-kind.ts';
import { loadedModel } from '../upstreams/loaded-models/source.ts';
import { sameModel } from './same-model.ts';

type Loading = Pick<LoadedModel, 'upstream' | 'name'>;

/**
 * Models that Tokwatt itself has asked a server to load. Some servers list a model only once it is loaded, and
 * Ollama lists one that still loads like a loaded one.
 */
export class LoadingModels {
  readonly #onChange: () => void;
  readonly #loading = new Set<Loading>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * Shows a model as loading until the returned function is called.
   * @param loaded what is known to be loaded; a model that is among it is not loaded again
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

  /** The loaded models, with those that are being loaded among them; the same array if there are none. */
  over(loaded: readonly LoadedModel[]): readonly LoadedModel[] {
    if (this.#loading.size === 0) return loaded;
    const all = [...this.#loading];
    // Several clients may load the same model at once.
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
 * Upstreams in front of which an exchange waits for a model that is not listed as loaded: it may be loading.
 * Only those that tell what is loaded.
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

function isSame(one: Loading, other: Loading): boolean {
  return one.upstream === other.upstream && sameModel(one.name, other.name);
}
