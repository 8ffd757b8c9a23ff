import type { Bridge } from '../../shared/ipc.ts';
import type { Snapshot } from '../../shared/snapshot.ts';
import { UNSYNCED, reduce } from './reduce.ts';
import type { Sync, SyncEvent } from './reduce.ts';

/** How long a snapshot may take before the main process counts as unreachable, milliseconds. */
export const SNAPSHOT_TIMEOUT_MS = 10_000;

/** In the form that React's `useSyncExternalStore` expects. */
export interface Store {
  readonly get: () => Sync;
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
    for (const listener of listeners) listener();
    if (sync.phase === 'due') void fetchSnapshot();
  }

  async function fetchSnapshot(): Promise<void> {
    dispatch({ type: 'requested' });
    try {
      dispatch({ type: 'snapshot', snapshot: await withTimeout(bridge) });
    } catch (error) {
      dispatch({ type: 'failed', error: error instanceof Error ? error.message : String(error) });
    }
  }

  return {
    get: () => sync,
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

function withTimeout(bridge: Bridge): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('Tokwatt did not answer in time.')),
      SNAPSHOT_TIMEOUT_MS,
    );
    bridge
      .call('getSnapshot', undefined)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
