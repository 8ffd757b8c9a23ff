import type { Delta, Snapshot, State } from '../../../shared/snapshot.ts';

/** At most four updates a second; people cannot read faster. */
const INTERVAL_MS = 250;

type Slice = keyof State;
/** One function a slice, which computes it from the core's present state. */
export type Sources = { readonly [K in Slice]: () => State[K] };

/**
 * Publishes one snapshot and numbered deltas. A slice is computed only if it was touched and somebody
 * listens or asks, and it is sent only if it differs from the last one.
 */
export class Publisher {
  readonly #sources: Sources;
  readonly #listeners = new Set<(delta: Delta) => void>();
  readonly #dirty = new Set<Slice>();
  #snapshot: Snapshot | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Marks slices as changed. Listeners get them within 250 ms. */
  touch(...slices: readonly Slice[]): void {
    for (const slice of slices) this.#dirty.add(slice);
    if (this.#listeners.size > 0) this.#schedule();
  }

  /** The whole state now. Listeners get pending changes first, so all numbers agree. */
  snapshot(): Snapshot {
    return this.#flush();
  }

  /** Adds a listener and returns its remover. Subscribe first, then take a snapshot. */
  subscribe(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener);
    if (this.#dirty.size > 0) this.#schedule();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Stops sending. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, INTERVAL_MS).unref();
  }

  #flush(): Snapshot {
    const before = this.#snapshot;
    if (before === null) {
      this.#dirty.clear();
      this.#snapshot = { seq: 1, state: this.#computeAll() };
      return this.#snapshot;
    }
    const changed = this.#computeDirty(before.state);
    this.#dirty.clear();
    if (Object.keys(changed).length === 0) return before;
    const seq = before.seq + 1;
    this.#snapshot = { seq, state: { ...before.state, ...changed } };
    for (const listener of this.#listeners) listener({ seq, changed });
    return this.#snapshot;
  }

  #computeAll(): State {
    const entries = Object.entries(this.#sources).map(([slice, source]) => [slice, source()]);
    return Object.fromEntries(entries) as State;
  }

  #computeDirty(before: State): Partial<State> {
    const changed: [Slice, State[Slice]][] = [];
    for (const slice of this.#dirty) {
      const value = this.#sources[slice]();
      if (!same(value, before[slice])) changed.push([slice, value]);
    }
    return Object.fromEntries(changed);
  }
}

/** Compares slices by their JSON text, because they are small plain data. */
function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
