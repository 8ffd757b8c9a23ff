/**
 * What every reader (window, tray, API) sees: one snapshot, then numbered deltas. A delta carries
 * whole slices, so applying one is a shallow merge and a lost one is found by its number.
 */
import type { AlertState } from './alert-state.ts';
import type { MeasuredState } from './slices.ts';

/** The slices of state; each is replaced whole when it changes. */
export interface State extends MeasuredState {
  /** Alerts that are pending, firing, or were resolved a short while ago. */
  readonly alerts: readonly AlertState[];
}

/** The whole state at number `seq`. */
export interface Snapshot {
  readonly seq: number;
  readonly state: State;
}

/** The slices that changed since number `seq - 1`. */
export interface Delta {
  readonly seq: number;
  readonly changed: Partial<State>;
}

/**
 * The next snapshot after a delta. A delta that is not newer than the snapshot is dropped: it was
 * already contained in it (listeners subscribe first and fetch the snapshot second).
 */
export function applyDelta(snapshot: Snapshot, delta: Delta): Snapshot {
  if (delta.seq <= snapshot.seq) return snapshot;
  return { seq: delta.seq, state: { ...snapshot.state, ...delta.changed } };
}

/** True if a delta between `snapshot` and `delta` never arrived, so a new snapshot is due. */
export function missedDelta(snapshot: Snapshot, delta: Delta): boolean {
  return delta.seq > snapshot.seq + 1;
}
