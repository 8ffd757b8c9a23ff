import { app } from 'electron';
import { WAIT_FOR_STOPPING_MS, isStopping } from '../core/startup/stopping-mark.ts';

const RETRY_MS = 100;

/**
 * Allows one Tokwatt a data folder (Electron ties the lock to `userData`). A second start brings the
 * first one's window to the front. If the first one is stopping, this waits for its end: without returning to the
 * event loop, because Electron would open the folder's files as soon as it is ready.
 * @returns false if another instance runs; the caller must exit
 */
export function claimSingleInstance(
  dataDir: string,
  onSecondStart: (argv: readonly string[]) => void,
): boolean {
  const deadline = performance.now() + WAIT_FOR_STOPPING_MS;
  for (;;) {
    // Read first: the other one may end between the two calls.
    const waits = isStopping(dataDir) && performance.now() < deadline;
    if (app.requestSingleInstanceLock()) break;
    if (!waits) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
  app.on('second-instance', (_event, argv) => onSecondStart(argv));
  return true;
}
