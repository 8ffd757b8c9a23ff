import { useEffect } from 'react';
import { useBridge } from '../state/context.tsx';

/** Escape closes the monitor, and Enter opens the window, except on a button, which it presses. */
export function useMiniKeys(): void {
  const bridge = useBridge();
  useEffect(() => {
    const onKey = ({ key, target }: KeyboardEvent): void => {
      if (key === 'Escape') void bridge.call('showMiniMonitor', 'hide');
      const isButton = target instanceof HTMLElement && target.closest('button') !== null;
      if (key === 'Enter' && !isButton) void bridge.call('openWindow', undefined);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [bridge]);
}
