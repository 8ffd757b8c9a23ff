import type { Delta, State } from '../../shared/snapshot.ts';

export interface JoinedDeltasOptions {
  /** What the page shows. Nothing else is sent to it. */
  readonly slices: readonly (keyof State)[];
  /** The shortest time between two deltas, milliseconds. */
  readonly everyMs: number;
  readonly send: (delta: Delta) => void;
}

/** Makes few small deltas of many large ones, for a page that shows little and draws seldom. */
export interface JoinedDeltas {
  offer(delta: Delta): void;
  /** Drops what waits. */
  clear(): void;
}

/**
 * Joins deltas. A change of the application itself, such as another form of the monitor, is sent at
 * once, because a hand waits for it.
 */
export function joinDeltas({ slices, everyMs, send }: JoinedDeltasOptions): JoinedDeltas {
  let joined: (Delta & { readonly since: number }) | null = null;
  let timer: NodeJS.Timeout | null = null;
  let sentAt = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    joined = null;
  };
  const flush = (): void => {
    const delta = joined;
    clear();
    if (delta === null) return;
    sentAt = performance.now();
    send(delta);
  };
  return {
    offer(delta) {
      const known = Object.entries(delta.changed).filter(([name]) =>
        (slices as readonly string[]).includes(name),
      );
      joined = {
        seq: delta.seq,
        since: joined?.since ?? delta.seq - 1,
        changed: { ...joined?.changed, ...Object.fromEntries(known) },
      };
      if (known.length === 0) return;
      const wait = sentAt + everyMs - performance.now();
      if (wait <= 0 || delta.changed.app !== undefined) flush();
      else timer ??= setTimeout(flush, wait);
    },
    clear,
  };
}
