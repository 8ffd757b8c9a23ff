/**
 * The state as all readers (window, tray, API) get it: a snapshot, then numbered deltas. A delta
 * contains whole slices, so applying it is a shallow merge. The numbers reveal a lost delta.
 */
import type { AlertState } from './alert-state.ts';
import type { Attachment } from './attachment.ts';
import type { MeasuredState } from './slices.ts';

/** The slices of the state. A change replaces a whole slice. */
export interface State extends MeasuredState {
  /** Alerts that are pending, firing or recently resolved. */
  readonly alerts: readonly AlertState[];
  /** The other process that this state comes from. Set by a desktop only; null in a core. */
  readonly attachment: Attachment | null;
}

/** The whole state with the number `seq`. */
export interface Snapshot {
  readonly seq: number;
  readonly state: State;
}

/** The slices that have changed since number `since`. */
export interface Delta {
  readonly seq: number;
  readonly changed: Partial<State>;
  /** Set by a delta that joins several: the number before the first of them. Otherwise it is `seq - 1`. */
  readonly since?: number;
}

/**
 * Applies a delta to a snapshot. Ignores a delta that is not newer than the snapshot, which already
 * contains it: listeners subscribe first and then fetch the snapshot.
 */
export function applyDelta(snapshot: Snapshot, delta: Delta): Snapshot {
  if (delta.seq <= snapshot.seq) return snapshot;
  return { seq: delta.seq, state: { ...snapshot.state, ...delta.changed } };
}

/** True if a delta between `snapshot` and `delta` is missing, so that a new snapshot is needed. */
export function missedDelta(snapshot: Snapshot, delta: Delta): boolean {
  return (delta.since ?? delta.seq - 1) > snapshot.seq;
}
