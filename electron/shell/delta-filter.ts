import type { Delta } from '../../shared/snapshot.ts';

/** A page that shows deltas. */
export interface DeltaTarget {
  /** True while somebody could see it: not hidden, not minimised. */
  isVisible(): boolean;
  send(delta: Delta): void;
}

/** Keeps deltas away from a page that nobody can see. */
export interface DeltaFilter {
  offer(delta: Delta): void;
  /** To be called when the page may have become visible. */
  opened(): void;
}

/**
 * While the target is hidden, deltas are dropped and only the newest one is remembered. It goes out
 * when the page is seen again: its number tells the page that it missed some, and the page fetches a
 * snapshot, even if nothing else happens for hours.
 */
export function createDeltaFilter(target: DeltaTarget): DeltaFilter {
  let withheld: Delta | null = null;
  return {
    offer(delta) {
      withheld = target.isVisible() ? null : delta;
      if (withheld === null) target.send(delta);
    },
    opened() {
      if (withheld === null || !target.isVisible()) return;
      target.send(withheld);
      withheld = null;
    },
  };
}
