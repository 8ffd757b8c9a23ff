import { utilityProcess } from 'electron';
import type { StartHelper } from '../core/hardware/child-process/helper-process.ts';

/**
 * Starts a helper under Electron, whose executable does not run as Node when it is packaged. The
 * application must be ready.
 */
export const startHelper: StartHelper = (path) => {
  const child = utilityProcess.fork(path, [], { stdio: 'ignore', serviceName: 'Tokwatt helper' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let isGone = false;
  void gone.then(() => (isGone = true));
  return {
    postMessage: (message) => {
      if (!isGone) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
    async kill() {
      if (isGone) return;
      const { pid } = child;
      // A call that hangs in a driver does not notice a polite request.
      if (!child.kill() && pid !== undefined) forceEnd(pid);
      const force = setTimeout(() => forceEnd(pid), KILL_AFTER_MS);
      await gone;
      clearTimeout(force);
    },
  };
};

const KILL_AFTER_MS = 1000;

function forceEnd(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
