import { createContext, use, useSyncExternalStore } from 'react';
import type { JSX, ReactNode } from 'react';
import { isLost } from '../../shared/attachment.ts';
import type { Bridge } from '../../shared/ipc.ts';
import type { Message } from '../../shared/sentences.ts';
import type { Snapshot, State } from '../../shared/snapshot.ts';
import type { TokenPrompt } from '../client/token-prompt.ts';
import { useAtTick } from './clock.ts';
import type { Sync } from './reduce.ts';
import type { Store } from './store.ts';

interface Connection {
  readonly bridge: Bridge;
  readonly store: Store;
  readonly prompt: TokenPrompt | null;
}

const TICKS_OUT_OF_SIGHT = 5;

const ConnectionContext = createContext<Connection | null>(null);

/** Provides the bridge and the store to all components below. */
export function ConnectionProvider({
  bridge,
  store,
  prompt,
  children,
}: Connection & { readonly children: ReactNode }): JSX.Element {
  return <ConnectionContext value={{ bridge, store, prompt }}>{children}</ConnectionContext>;
}

function useConnection(): Connection {
  const connection = use(ConnectionContext);
  if (connection === null) throw new Error('ConnectionProvider is missing above this component');
  return connection;
}

/** For calls to the main process. */
export function useBridge(): Bridge {
  return useConnection().bridge;
}

export function useStore(): Store {
  return useConnection().store;
}

/** The prompt for the API token; null if no token is ever needed. */
export function useTokenPrompt(): TokenPrompt | null {
  return useConnection().prompt;
}

/** The state of the connection to the main process, without the application's state. */
export function useSyncPhase(): {
  readonly phase: Sync['phase'];
  readonly hasState: boolean;
  readonly error: Message | null;
  readonly connected: boolean;
} {
  const store = useStore();
  const phase = useSyncExternalStore(store.subscribe, () => store.get().phase);
  const hasState = useSyncExternalStore(store.subscribe, () => store.get().snapshot !== null);
  const error = useSyncExternalStore(store.subscribe, () => store.get().error);
  const connected = useSyncExternalStore(store.subscribe, () => store.get().connected);
  return { phase, hasState, error, connected };
}

/** The path of the token's file; null before the first snapshot. */
export function useTokenFile(): string | null {
  const store = useStore();
  const folder = useSyncExternalStore(
    store.subscribe,
    () => store.get().snapshot?.state.app.dataDir ?? null,
  );
  return folder === null ? null : `${folder}${folder.includes('\\') ? '\\' : '/'}api-token`;
}

/** One slice of the state; null before the first snapshot. */
export function useSliceOrNull<K extends keyof State>(key: K): State[K] | null {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => store.get().snapshot?.state[key] ?? null);
}

/** True while the core that a desktop shows is not reached. All figures are those of before then. */
export function useIsLost(): boolean {
  return isLost(useSliceOrNull('attachment'));
}

/**
 * One slice of the state. The component renders again only when the slice is replaced. Use it only
 * below `App`, which renders its content after the first snapshot.
 */
export function useSlice<K extends keyof State>(key: K): State[K] {
  return useSelected((state) => state[key]);
}

/**
 * What `select` picks from the state, compared by identity. The component renders again only when it changes. The same
 * limit applies as for {@link useSlice}.
 */
export function useSelected<Value>(select: (state: State) => Value): Value {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => select(stateOf(store.get().snapshot)));
}

/**
 * A slice as it was at the last full second, for what need not follow four times a second: charts, sums and readings.
 * All that follow it are drawn in one frame, together with what ticks. What is out of sight follows each five seconds.
 */
export function useSliceOfSecond<K extends keyof State>(key: K, isInSight = true): State[K] {
  const store = useStore();
  const every = isInSight ? 1 : TICKS_OUT_OF_SIGHT;
  return useAtTick(() => stateOf(store.getOfSecond())[key], every);
}

function stateOf(snapshot: Snapshot | null): State {
  if (snapshot === null) throw new Error('There is no state to read from yet');
  return snapshot.state;
}
