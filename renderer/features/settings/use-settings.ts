import { useCallback, useEffect, useState } from 'react';
import type { SettingsView } from '../../../shared/ipc.ts';
import { useBridge, useTokenGate } from '../../state/context.tsx';

/** The settings as this page knows them. */
export interface LoadedSettings {
  /** `locked`: they take the token, and it was not given yet. */
  readonly status: 'loading' | 'ready' | 'locked' | 'failed';
  readonly view: SettingsView | null;
  /** Why they could not be read; null if they were. */
  readonly error: string | null;
  /** Asks for them, and for the token if need be. */
  readonly load: () => void;
  /**
   * Changes what the merge patch names. Resolves with the names of what waits for the next start;
   * rejects with one line for a person.
   */
  readonly update: (patch: Record<string, unknown>) => Promise<readonly string[]>;
}

type Loaded = Pick<LoadedSettings, 'status' | 'view' | 'error'>;

const LOCKED: Loaded = { status: 'locked', view: null, error: null };

/** Reads the settings once, unless that would bring up the question for the token by itself. */
export function useSettings(): LoadedSettings {
  const bridge = useBridge();
  const gate = useTokenGate();
  const isLocked = gate !== null && gate.token() === null;
  const [loaded, setLoaded] = useState<Loaded>(
    isLocked ? LOCKED : { status: 'loading', view: null, error: null },
  );

  const load = useCallback(() => {
    bridge.call('getSettings', undefined).then(
      (view) => setLoaded({ status: 'ready', view, error: null }),
      (error: unknown) => {
        const isDismissed = error instanceof DOMException && error.name === 'AbortError';
        setLoaded(isDismissed ? LOCKED : { status: 'failed', view: null, error: lineOf(error) });
      },
    );
  }, [bridge]);

  useEffect(() => {
    if (!isLocked) load();
    // Only what holds at the beginning counts: later the user asks.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [load]);

  const update = useCallback(
    async (patch: Record<string, unknown>) => {
      const { settings, restartNeeded } = await bridge.call('updateSettings', patch);
      setLoaded(({ view, ...rest }) => ({ ...rest, view: view && { ...view, settings } }));
      return restartNeeded;
    },
    [bridge],
  );
  return { ...loaded, load, update };
}

/** What an error says to a person. */
export function lineOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
