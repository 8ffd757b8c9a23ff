import { app, powerMonitor } from 'electron';
import type { Log } from '../core/log.ts';

/** How long the core may take to finish answers and write its totals, milliseconds. */
const STOP_LIMIT_MS = 5_000;

export interface QuitOptions {
  /** Ends the work; started once, and given {@link STOP_LIMIT_MS}. */
  readonly stop: () => Promise<void>;
  readonly log: Log;
  /** Last words, after which the process ends. */
  readonly onExit: () => void;
}

/**
 * Gives every way out the same path: the tray's Quit, the desktop's session end, SIGINT and SIGTERM all end
 * in one orderly stop, and then with status 0.
 */
export function quitInOrder({ stop, log, onExit }: QuitOptions): void {
  let stopping = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void finish(stop, log).then(() => {
      onExit();
      app.exit(0);
    });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => app.quit());
  }
  powerMonitor.on('shutdown', () => app.quit());
}

/** Never rejects: whatever goes wrong on the way out, the way out is taken. */
async function finish(stop: () => Promise<void>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      log.warn({ limitMs: STOP_LIMIT_MS }, 'stopping took too long; leaving all the same');
      resolve();
    }, STOP_LIMIT_MS);
  });
  try {
    await Promise.race([stop(), limit]);
  } catch (error) {
    log.error({ err: error }, 'stopping failed');
  }
  clearTimeout(timer);
}
