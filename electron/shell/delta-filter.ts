import type { Delta } from '../../shared/snapshot.ts';

/** A page that shows deltas. */
export interface DeltaTarget {
  /** True while the page is neither hidden nor minimised. */
  isVisible(): boolean;
  send(delta: Delta): void;
}

/** Holds back deltas from a hidden page. */
export interface DeltaFilter {
  offer(delta: Delta): void;
  /** Call this when the page may have become visible. */
  opened(): void;
}

/**
 * While the page is hidden, only the newest delta is kept. It is sent when the page becomes visible. Its
 * number shows the page that deltas are missing, so the page fetches a snapshot.
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
