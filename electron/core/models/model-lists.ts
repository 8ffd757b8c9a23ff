import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelsNote } from '../../../shared/models-view.ts';
import { sentence, stated } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';
import type { UpstreamState } from '../../../shared/slices.ts';
import { TokwattError, messageOf } from '../errors.ts';
import type { InstalledModel } from './installed.ts';
import type { Models } from './models.ts';

/** For so long, a list is not requested again, milliseconds. */
const FRESH_MS = 5_000;
/** The same for a server that is known to be down. */
const DOWN_MS = 30_000;
/** Longest wait for a server's first list, and for a list after a change. */
const FIRST_MS = 1_500;
/** Longest wait if there is an older list, which is then shown. */
const AGAIN_MS = 75;
/** When a request is given up. */
const GIVE_UP_MS = 10_000;

interface List {
  /** Null until the server has listed its models. */
  models: readonly InstalledModel[] | null;
  listedAt: number | null;
  /** Monotonic time of the last request; null if the list is to be requested again. */
  askedAt: number | null;
  /** True once it was requested since the last change. */
  wasAsked: boolean;
  /** How often its models are known to have changed. */
  changes: number;
  error: Message | null;
  asking: Promise<void> | null;
}

export interface KnownLists {
  /** By upstream; null for one that has never listed its models. */
  readonly lists: ReadonlyMap<string, readonly InstalledModel[] | null>;
  readonly notes: readonly ModelsNote[];
}

/**
 * The upstreams' lists of models, kept for some seconds. A server that is slow or down never delays
 * an answer for long: its last list is used, with a note.
 */
export class ModelLists {
  readonly #models: Pick<Models, 'installed'>;
  readonly #lists = new Map<string, List>();

  constructor(models: Pick<Models, 'installed'>) {
    this.#models = models;
  }

  /** @param firstMs the longest wait for a list that was not requested yet, milliseconds */
  async read(upstreams: readonly UpstreamState[], firstMs: number = FIRST_MS): Promise<KnownLists> {
    const names = new Set(upstreams.map(({ name }) => name));
    for (const name of this.#lists.keys()) if (!names.has(name)) this.#lists.delete(name);
    await Promise.all(upstreams.map((upstream) => this.#refresh(upstream, firstMs)));
    const known = upstreams.map((upstream) => ({ upstream, list: this.#listOf(upstream.name) }));
    return {
      lists: new Map(known.map(({ upstream, list }) => [upstream.name, list.models])),
      notes: known.flatMap(({ upstream, list }) => noteOf(upstream, list)),
    };
  }

  /** Requests an upstream's list again the next time, because its models have changed. */
  forget(upstream: string): void {
    const list = this.#listOf(upstream);
    list.askedAt = null;
    list.wasAsked = false;
    list.changes += 1;
  }

  async #refresh({ name, health }: UpstreamState, firstMs: number): Promise<void> {
    const list = this.#listOf(name);
    const age = list.askedAt === null ? Infinity : performance.now() - list.askedAt;
    if (age < (health === 'down' ? DOWN_MS : FRESH_MS)) return;
    // Read before `#ask` changes it.
    const isFirst = !list.wasAsked && list.asking === null;
    list.asking ??= this.#ask(name, list);
    if (health === 'down') return;
    const limit = isFirst ? firstMs : AGAIN_MS;
    await Promise.race([list.asking, sleep(limit, undefined, { ref: false })]);
  }

  async #ask(name: string, list: List): Promise<void> {
    const askedAt = performance.now();
    list.askedAt = null;
    list.wasAsked = true;
    const { changes } = list;
    try {
      const { models } = await this.#models.installed(name, AbortSignal.timeout(GIVE_UP_MS));
      Object.assign(list, { models, listedAt: Date.now(), error: null });
    } catch (error) {
      list.error = error instanceof TokwattError ? messageOf(error) : String(error);
    } finally {
      list.asking = null;
      // After `forget`, the answer may be too old.
      list.askedAt = list.changes === changes ? askedAt : null;
    }
  }

  #listOf(name: string): List {
    const known = this.#lists.get(name);
    if (known !== undefined) return known;
    const list: List = {
      ...{ models: null, listedAt: null, askedAt: null },
      ...{ wasAsked: false, changes: 0, error: null, asking: null },
    };
    this.#lists.set(name, list);
    return list;
  }
}

function noteOf(upstream: UpstreamState, { error, asking, listedAt }: List): ModelsNote[] {
  const late = asking === null ? null : sentence('lists_late', { upstream: upstream.name });
  const said = error ?? downNote(upstream) ?? late;
  if (said === null) return [];
  return [{ upstream: upstream.name, ...stated(said), listedAt }];
}

function downNote({ name, health, note, noteSentence }: UpstreamState): Sentence | null {
  if (health !== 'down') return null;
  const why = noteSentence ?? note;
  if (why === null) return sentence('lists_no_answer', { upstream: name });
  return sentence('upstream_says', { upstream: name, note: why });
}
