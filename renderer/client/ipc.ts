import { BRIDGE_KEY } from '../../shared/ipc.ts';
import { isRefusedCall } from '../../shared/ipc.ts';
import type { Bridge, CallName } from '../../shared/ipc.ts';
import { SaidError } from './said-error.ts';

/** The bridge that the preload script has exposed to this window, or null outside Electron. */
export function ipcBridge(scope: object): Bridge | null {
  const exposed: unknown = Reflect.get(scope, BRIDGE_KEY);
  if (!isBridge(exposed)) return null;
  const call = async (name: CallName, input: unknown): Promise<unknown> => {
    // The contract links input and output to a call's name, which generic code cannot follow.
    const output: unknown = await exposed.call(name, input as never);
    if (isRefusedCall(output)) throw new SaidError(output.refused, output.sentence);
    return output;
  };
  return { ...exposed, call: call as Bridge['call'] };
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
