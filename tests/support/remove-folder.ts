import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 50;
const WAIT_MS = 200;

/**
 * Removes a folder that processes of an application may still write to for a moment after it ended.
 * Node's own retries do not cover a folder that fills again while it is emptied.
 */
export async function removeFolder(path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rm(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(WAIT_MS);
    }
  }
}
