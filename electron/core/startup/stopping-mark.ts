import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { systemCode } from '../errors.ts';
import { PRIVATE_FILE } from './state-store.ts';

/** How long a start waits for an earlier Tokwatt that is stopping. Stopping is limited to five seconds. */
export const WAIT_FOR_STOPPING_MS = 20_000;

/**
 * Tells later starts that this process is about to end, so that they wait for its locks instead of giving way to it.
 * The mark stays when the process has ended, because Electron's lock ends only with the process.
 */
export function markStopping(folder: string): void {
  try {
    writeFileSync(markIn(folder), `${process.pid}\n`, { mode: PRIVATE_FILE });
  } catch {
    // A start in the meantime is then refused.
  }
}

/** True if the process that uses a data folder said that it is about to end, and still runs. */
export function isStopping(folder: string): boolean {
  try {
    const pid = Number(readFileSync(markIn(folder), 'utf8'));
    return Number.isInteger(pid) && pid > 0 && isRunning(pid);
  } catch {
    return false;
  }
}

/** Removes the mark of an earlier process. The caller must hold the folder's lock. */
export function clearStopping(folder: string): void {
  try {
    rmSync(markIn(folder), { force: true });
  } catch {
    // A folder that cannot be written is no reason not to start. The marked process has ended anyway.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function markIn(folder: string): string {
  return join(folder, 'tokwatt.stopping');
}
