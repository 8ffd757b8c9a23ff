import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 50;
const WAIT_MS = 200;

/**
 * Removes a folder to which processes of an application may still write for a moment after its end.
 * Node's own retries do not cover a folder that gets new files during removal.
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
