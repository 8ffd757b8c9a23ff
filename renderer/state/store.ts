import type { Bridge } from '../../shared/ipc.ts';
import { sentence } from '../../shared/sentences.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { lastTick, noteData } from './clock.ts';
import { UNSYNCED, reduce } from './reduce.ts';
import type { Sync, SyncEvent } from './reduce.ts';
import { messageOf, saidError } from '../client/said-error.ts';

/** How long a snapshot may take before the main process counts as unreachable, milliseconds. */
export const SNAPSHOT_TIMEOUT_MS = 10_000;

/** In the form that React's `useSyncExternalStore` expects. */
export interface Store {
  readonly get: () => Sync;
  /** The snapshot as it was at the clock's last tick: the same one until the next. While nothing ticks, as `get`. */
  readonly getOfSecond: () => Snapshot | null;
  readonly subscribe: (listener: () => void) => () => void;
  /** Starts to follow the main process. Returns a function to stop. */
  readonly start: () => () => void;
  /** Fetches the snapshot again after a failure. */
  readonly retry: () => void;
}

/** A store that mirrors the main process's state over `bridge`. */
export function createStore(bridge: Bridge): Store {
  const listeners = new Set<() => void>();
  let sync = UNSYNCED;

  function dispatch(event: SyncEvent): void {
    const next = reduce(sync, event);
    if (next === sync) return;
    sync = next;
    noteData();
    for (const listener of listeners) listener();
    if (sync.phase === 'due') void fetchSnapshot();
  }

  async function fetchSnapshot(): Promise<void> {
    dispatch({ type: 'requested' });
    try {
      dispatch({ type: 'snapshot', snapshot: await withTimeout(bridge) });
    } catch (error) {
      dispatch({ type: 'failed', error: messageOf(error) });
    }
  }

  return {
    get: () => sync,
    getOfSecond: perTick(() => sync.snapshot),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => {
      // Subscribes before it fetches the snapshot. Otherwise a delta in between would be lost.
      const removers = [
        bridge.on('delta', (delta) => dispatch({ type: 'delta', delta })),
        bridge.on('snapshot', (snapshot) => dispatch({ type: 'replaced', snapshot })),
        bridge.onConnection?.((connected) => dispatch({ type: 'connection', connected })),
      ];
      if (sync.phase === 'due') void fetchSnapshot();
      return () => {
        for (const remove of removers) remove?.();
      };
    },
    retry: () => dispatch({ type: 'retry' }),
  };
}

/** What `read` returned at the clock's last tick. */
function perTick<Value>(read: () => Value | null): () => Value | null {
  let kept: { readonly tick: number; readonly value: Value | null } | null = null;
  return () => {
    const tick = lastTick();
    if (tick === null) return read();
    if (kept?.tick !== tick || kept.value === null) kept = { tick, value: read() };
    return kept.value;
  };
}

function withTimeout(bridge: Bridge): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(saidError(sentence('core_late'))), SNAPSHOT_TIMEOUT_MS);
    bridge
      .call('getSnapshot', undefined)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
