import type { ModelDescription } from '../../../shared/models-view.ts';
import { putNewest } from '../newest-entries.ts';
import type { InstalledModel } from './installed.ts';
import type { Models } from './models.ts';

const MAX_KEPT = 1_000;
/** Requests at the same time, for all upstreams. They are not urgent. */
const MAX_ASKING = 4;
/** After that time, a model is described again, milliseconds. */
const FRESH_MS = 600_000;
const GIVE_UP_MS = 5_000;

/** Which model is described. */
type Named = Pick<InstalledModel, 'upstream' | 'name' | 'digest'>;

interface Known {
  readonly description: ModelDescription | null;
  readonly at: number;
}

/**
 * What servers tell about their models. Lists of many models use what is known and have the rest
 * requested in the background; the page of one model waits.
 */
export class ModelDescriptions {
  readonly #models: Pick<Models, 'describe'>;
  readonly #known = new Map<string, Known>();
  readonly #waiting = new Map<string, Named>();
  readonly #asking = new Map<string, Promise<ModelDescription | null>>();

  constructor(models: Pick<Models, 'describe'>) {
    this.#models = models;
  }

  /** Null if the model was not described yet. It is requested then. */
  known(model: Named): ModelDescription | null {
    const key = keyOf(model);
    const known = this.#known.get(key);
    const isFresh = known !== undefined && performance.now() - known.at < FRESH_MS;
    if (!isFresh && !this.#asking.has(key)) {
      putNewest(this.#waiting, key, model, MAX_KEPT);
      this.#next();
    }
    return known?.description ?? null;
  }

  /** Null if the server tells nothing or does not answer. */
  read(model: Named): Promise<ModelDescription | null> {
    const known = this.#known.get(keyOf(model));
    if (known !== undefined && performance.now() - known.at < FRESH_MS && known.description) {
      return Promise.resolve(known.description);
    }
    return this.#ask(model);
  }

  #next(): void {
    for (const [key, model] of this.#waiting) {
      if (this.#asking.size >= MAX_ASKING) return;
      this.#waiting.delete(key);
      void this.#ask(model);
    }
  }

  #ask(model: Named): Promise<ModelDescription | null> {
    const key = keyOf(model);
    const asked = this.#asking.get(key);
    if (asked !== undefined) return asked;
    const asking = this.#models
      .describe(model, AbortSignal.timeout(GIVE_UP_MS))
      .catch(() => null)
      .then((description) => {
        this.#asking.delete(key);
        putNewest(this.#known, key, { description, at: performance.now() }, MAX_KEPT);
        this.#next();
        return description;
      });
    this.#asking.set(key, asking);
    return asking;
  }
}

/** A model that was replaced has another digest. */
function keyOf({ upstream, name, digest }: Named): string {
  return `${upstream}\n${name}\n${digest ?? ''}`;
}
