import { app } from 'electron';

/**
 * Allows one Tokwatt a data folder (Electron ties the lock to `userData`). A second start brings the
 * first one's window to the front.
 * @returns false if another instance runs; the caller must exit
 */
export function claimSingleInstance(onSecondStart: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', onSecondStart);
  return true;
}
