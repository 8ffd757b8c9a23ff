import { useCallback, useEffect, useRef, useState } from 'react';
import type { SettingsView } from '../../../shared/ipc.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import { useBridge, useSlice } from '../../state/context.tsx';

/** The settings as loaded by this page. */
export interface LoadedSettings {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly view: SettingsView | null;
  /** Why loading failed; null if it succeeded. */
  readonly error: string | null;
  /** Loads the settings again. */
  readonly load: () => void;
  /**
   * Applies a merge patch. Rejects with one line for the user.
   */
  readonly update: (patch: Record<string, unknown>) => Promise<void>;
}

type Loaded = Pick<LoadedSettings, 'status' | 'view' | 'error'>;

const LOADING: Loaded = { status: 'loading', view: null, error: null };

/** Loads the settings, and again after each change. Secrets in them are hidden. */
export function useSettings(): LoadedSettings {
  const bridge = useBridge();
  const { settingsVersion } = useSlice('app');
  const [loaded, setLoaded] = useState(LOADING);
  const reason = useReason();
  const latest = useRef(reason);
  useEffect(() => {
    latest.current = reason;
  });

  const load = useCallback(() => {
    bridge.call('getSettings', undefined).then(
      (view) => setLoaded({ status: 'ready', view, error: null }),
      (error: unknown) => setLoaded({ status: 'failed', view: null, error: latest.current(error) }),
    );
  }, [bridge]);

  useEffect(load, [load, settingsVersion]);

  const update = useCallback(
    async (patch: Record<string, unknown>) => {
      const { settings, restartNeeded } = await bridge.call('updateSettings', patch);
      setLoaded(({ view, ...rest }) => ({
        ...rest,
        view: view && { ...view, settings, restartNeeded },
      }));
    },
    [bridge],
  );
  return { ...loaded, load, update };
}
