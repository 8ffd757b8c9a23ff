import { app, powerMonitor } from 'electron';
import type { Log } from '../core/log.ts';
import { within } from '../core/time-limit.ts';

/** Time limit for the core to finish answers and write its totals, milliseconds. */
const STOP_LIMIT_MS = 5_000;

export interface QuitOptions {
  /** Stops the core. Called once, with {@link STOP_LIMIT_MS} to finish. */
  readonly stop: () => Promise<void>;
  readonly log: Log;
  /** Called last, before the process ends. */
  readonly onExit: () => void;
}

/**
 * Makes every way to quit the same orderly stop with status 0: the tray's Quit, the end of the desktop
 * session, SIGINT and SIGTERM.
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

/** Never rejects, so an error while stopping does not keep the process alive. */
async function finish(stop: () => Promise<void>, log: Log): Promise<void> {
  try {
    if (await within(STOP_LIMIT_MS, stop())) return;
    log.warn({ limitMs: STOP_LIMIT_MS }, 'stopping took too long; leaving all the same');
  } catch (error) {
    log.error({ err: error }, 'stopping failed');
  }
}
