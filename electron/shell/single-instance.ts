import { app } from 'electron';

/**
 * One Tokwatt a data folder (Electron ties the lock to `userData`): a second start brings the first one's
 * window to the front.
 * @returns false if another one runs; the caller then leaves
 */
export function claimSingleInstance(onSecondStart: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', onSecondStart);
  return true;
}
