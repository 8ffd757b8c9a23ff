import { useEffect, useState } from 'react';
import type { AppUpdateState, UpdateAction } from '../../shared/app-update.ts';
import { useBridge } from './context.tsx';

/** Updates of the desktop, as far as this page may know of them. */
export interface AppUpdates {
  /** Null if there are none, and until it is known. */
  readonly update: AppUpdateState | null;
  readonly isKnown: boolean;
  readonly act: (action: UpdateAction) => void;
}

/** What is known of updates of the desktop that shows this page. In a browser there are none. */
export function useAppUpdates(): AppUpdates {
  const bridge = useBridge();
  const [update, setUpdate] = useState<AppUpdateState | null>(null);
  const [isKnown, setKnown] = useState(false);
  useEffect(() => {
    if (bridge.platform === 'web') return undefined;
    let isCurrent = true;
    const remove = bridge.on('appUpdate', setUpdate);
    bridge.call('getAppUpdate', undefined).then(
      (first) => {
        if (!isCurrent) return;
        setUpdate(first ?? null);
        setKnown(true);
      },
      () => undefined,
    );
    return () => {
      isCurrent = false;
      remove();
    };
  }, [bridge]);
  const act = (action: UpdateAction): void =>
    void bridge.call('updateApp', action).catch(() => undefined);
  return { update, isKnown, act };
}
