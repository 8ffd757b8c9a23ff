import type { Message } from '../../shared/sentences.ts';
import { applyDelta, missedDelta } from '../../shared/snapshot.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';

/**
 * How this page is synchronized with the main process:
 * - `due`: a snapshot must be fetched
 * - `fetching`: the snapshot was requested; deltas wait for it
 * - `live`: deltas are applied as they arrive
 * - `failed`: fetching the snapshot failed; `error` says why
 */
export interface Sync {
  readonly phase: 'due' | 'fetching' | 'live' | 'failed';
  /** The newest known state. It stays on screen while a newer one is fetched. */
  readonly snapshot: Snapshot | null;
  /** Deltas that arrived before the snapshot on which they are based. */
  readonly waiting: readonly Delta[];
  readonly error: Message | null;
  /** False while the connection is broken. */
  readonly connected: boolean;
}

export type SyncEvent =
  | { readonly type: 'requested' }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'replaced'; readonly snapshot: Snapshot }
  | { readonly type: 'delta'; readonly delta: Delta }
  | { readonly type: 'failed'; readonly error: Message }
  | { readonly type: 'retry' }
  | { readonly type: 'connection'; readonly connected: boolean };

export const UNSYNCED: Sync = {
  phase: 'due',
  snapshot: null,
  waiting: [],
  error: null,
  connected: true,
};

/**
 * The next state of the synchronization. The answer to the snapshot call may arrive before or after
 * deltas, so early deltas are kept and applied later. Outdated ones are recognized by their number.
 */
export function reduce(sync: Sync, event: SyncEvent): Sync {
  switch (event.type) {
    case 'requested':
      return { ...sync, phase: 'fetching' };
    case 'snapshot':
      // A snapshot that was pushed in the meantime is newer than the requested one.
      return sync.phase === 'live' ? sync : catchUp(sync, event.snapshot);
    case 'replaced':
      return catchUp({ ...sync, waiting: [] }, event.snapshot);
    case 'delta':
      return follow(sync, event.delta);
    case 'failed':
      if (sync.phase === 'live') return sync;
      return { ...sync, phase: 'failed', waiting: [], error: event.error };
    case 'retry':
      return sync.phase === 'failed' ? { ...sync, phase: 'due' } : sync;
    case 'connection':
      return sync.connected === event.connected ? sync : { ...sync, connected: event.connected };
  }
}

function follow(sync: Sync, delta: Delta): Sync {
  if (sync.phase !== 'live' || sync.snapshot === null) {
    // A delta after a failure proves that the main process is available again.
    const phase = sync.phase === 'fetching' ? 'fetching' : 'due';
    return { ...sync, phase, waiting: [...sync.waiting, delta] };
  }
  if (missedDelta(sync.snapshot, delta)) return { ...sync, phase: 'due', waiting: [delta] };
  const snapshot = applyDelta(sync.snapshot, delta);
  return snapshot === sync.snapshot ? sync : { ...sync, snapshot };
}

/** Applies the waiting deltas to a new snapshot. At a gap, the deltas after it keep waiting. */
function catchUp(sync: Sync, fresh: Snapshot): Sync {
  let snapshot = fresh;
  for (const [index, delta] of sync.waiting.entries()) {
    if (missedDelta(snapshot, delta)) {
      return { ...sync, phase: 'due', snapshot, waiting: sync.waiting.slice(index), error: null };
    }
    snapshot = applyDelta(snapshot, delta);
  }
  return { ...sync, phase: 'live', snapshot, waiting: [], error: null };
}
