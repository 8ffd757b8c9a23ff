import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';

/** The bridge that the preload script has exposed to this window, or null outside Electron. */
export function ipcBridge(scope: object): Bridge | null {
  const exposed: unknown = Reflect.get(scope, BRIDGE_KEY);
  return isBridge(exposed) ? exposed : null;
}

/**
 * Checks only the shape, because main and preload are built from the same contract as this file.
 */
function isBridge(value: unknown): value is Bridge {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'call') === 'function' &&
    typeof Reflect.get(value, 'on') === 'function'
  );
}
