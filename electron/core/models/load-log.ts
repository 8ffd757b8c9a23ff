import type { ModelLoads } from '../../../shared/models-view.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import { LoadHours } from './load-hours.ts';

/** Longest time between a load and the leaving of the model that made room for it, milliseconds. */
const WINDOW_MS = 30_000;
/** A model that leaves at most so long before its time has simply expired, milliseconds. */
const EXPIRY_MS = 5_000;
const SAVE_MS = 60_000;

interface Event {
  readonly upstream: string;
  readonly model: string;
  readonly at: number;
}

export interface LoadLogOptions {
  readonly document: JsonDocument;
  readonly log: Log;
}

/**
 * Counts how often models were loaded, how long requests waited for it, and how often another model
 * had to leave. Loads are seen in the servers' lists of loaded models, and in rows with a load time
 * for what the lists do not show. A load is a swap if another model left the same server within
 * half a minute, although it had time left and nobody asked for it.
 */
export class LoadLog {
  readonly #options: LoadLogOptions;
  readonly #hours: LoadHours;
  /** The last list of each upstream that is up. */
  #lists = new Map<string, readonly LoadedModel[]>();
  #arrivals: Event[] = [];
  #departures: Event[] = [];
  /** When each model was last seen to arrive, by upstream and model. */
  readonly #lastSeen = new Map<string, number>();
  /** Loads that rows have shown before the list did, by upstream and model. */
  readonly #unlisted = new Map<string, number>();
  readonly #unloads = new Map<string, number>();
  #isSaved = true;
  #savedAt = 0;

  constructor(options: LoadLogOptions) {
    this.#options = options;
    this.#hours = new LoadHours(options.document.read().hours);
  }

  /**
   * Compares the lists of loaded models with the last ones. For once a second.
   *
   * @param up names of the upstreams that answer
   */
  tick(loaded: readonly LoadedModel[], up: readonly string[], now: number): void {
    const lists = new Map(
      up.map((name) => [
        name,
        loaded.filter(({ upstream, state }) => upstream === name && state !== 'loading'),
      ]),
    );
    // The first list of a server shows what was loaded before.
    for (const [upstream, list] of lists) {
      const before = this.#lists.get(upstream);
      if (before !== undefined) this.#compare(upstream, before, list, now);
    }
    this.#lists = lists;
    this.#settle(now);
    if (now - this.#savedAt > SAVE_MS) this.save(now);
  }

  /** Takes a finished exchange. Its load time is that of the model that it brought in. */
  observe(record: ActivityRecord): void {
    const { upstream, countedModel: model, startedAt, timing } = record;
    if (timing.loadMs === null || model === null) return;
    const seen = this.#lastSeen.get(keyOf({ upstream, model }));
    const at = startedAt + timing.loadMs;
    const isListed = seen !== undefined && seen >= startedAt - 1_000;
    if (!isListed) {
      this.#arrive({ upstream, model, at });
      this.#unlisted.set(keyOf({ upstream, model }), at);
    }
    this.#hours.addWait({ upstream, model, at: isListed ? seen : at }, timing.loadMs);
    this.#isSaved = false;
  }

  /** Somebody has asked an upstream to unload a model, so what leaves now leaves for that. */
  noteUnload(upstream: string, now: number): void {
    this.#unloads.set(upstream, now);
  }

  /** Hours that begin in the range, Unix milliseconds. */
  of(model: string, from: number, to: number): ModelLoads {
    return this.#hours.of(model, from, to);
  }

  save(now: number): void {
    this.#savedAt = now;
    if (this.#isSaved) return;
    this.#isSaved = true;
    try {
      this.#options.document.write({ hours: this.#hours.lines });
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'the loads of models were not saved');
    }
  }

  /** Counts the pending loads and saves them. */
  close(): void {
    this.#settle(Infinity);
    this.save(Date.now());
  }

  #compare(
    upstream: string,
    before: readonly LoadedModel[],
    after: readonly LoadedModel[],
    now: number,
  ): void {
    const has = (list: readonly LoadedModel[], name: string): boolean =>
      list.some((each) => each.name === name);
    for (const { name } of after) {
      const event = { upstream, model: name, at: now };
      if (!has(before, name) && !this.#wasCounted(event)) this.#arrive(event);
    }
    const asked = this.#unloads.get(upstream) ?? -Infinity;
    if (now - asked <= WINDOW_MS) return;
    for (const { name, expiresAt } of before) {
      const isExpired = expiresAt !== null && expiresAt <= now + EXPIRY_MS;
      if (!has(after, name) && !isExpired) {
        this.#departures.push({ upstream, model: name, at: now });
      }
    }
  }

  /** True if a row has shown this load already. */
  #wasCounted(event: Event): boolean {
    const at = this.#unlisted.get(keyOf(event));
    this.#unlisted.delete(keyOf(event));
    return at !== undefined && event.at - at <= WINDOW_MS;
  }

  #arrive(event: Event): void {
    this.#lastSeen.set(keyOf(event), event.at);
    this.#arrivals.push(event);
  }

  /** Counts the loads for which everything is known that can be. */
  #settle(now: number): void {
    const isOld = ({ at }: Event): boolean => now - at > WINDOW_MS;
    for (const load of this.#arrivals.filter(isOld)) {
      const left = this.#departures.filter(
        ({ upstream, model, at }) =>
          upstream === load.upstream && model !== load.model && Math.abs(at - load.at) <= WINDOW_MS,
      );
      this.#departures = this.#departures.filter((each) => !left.includes(each));
      this.#hours.add({ ...load, displaced: left.map(({ model }) => model) });
      this.#isSaved = false;
    }
    this.#arrivals = this.#arrivals.filter((each) => !isOld(each));
    this.#departures = this.#departures.filter(({ at }) => now - at <= 2 * WINDOW_MS);
  }
}

function keyOf({ upstream, model }: Pick<Event, 'upstream' | 'model'>): string {
  return `${upstream}\n${model}`;
}
