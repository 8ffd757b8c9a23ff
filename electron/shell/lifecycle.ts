import { app, powerMonitor } from 'electron';
import type { SystemSleep } from '../core/core-contract.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/time-limit.ts';

/** Time limit for the core to finish answers and write its totals, milliseconds. */
const STOP_LIMIT_MS = 5_000;

/** Time limit for another program to end this process, milliseconds. */
const HAND_OVER_MS = 15_000;

export interface QuitOptions {
  /** Asks the user, if there is a reason to; false to go on. Never asked at the end of the session or by a signal. */
  readonly mayQuit: () => Promise<boolean>;
  /** Stops the core. Called once, with {@link STOP_LIMIT_MS} to finish. */
  readonly stop: () => Promise<void>;
  readonly log: Log;
  /** Called last, before the process ends. Returns true if another program ends the process. */
  readonly onExit: () => boolean;
}

/**
 * Makes every way to quit the same orderly stop with status 0: the tray's Quit, the end of the desktop
 * session, SIGINT and SIGTERM.
 */
export function quitInOrder({ mayQuit, stop, log, onExit }: QuitOptions): void {
  let stopping = false;
  let isEnding = false;
  let asking = false;
  const leave = (): void => {
    if (stopping) return;
    stopping = true;
    void finish(stop, log).then(() => {
      isEnding = true;
      // Should that program not do it, this process ends all the same.
      if (onExit()) setTimeout(() => app.exit(0), HAND_OVER_MS);
      else app.exit(0);
    });
  };
  app.on('before-quit', (event) => {
    if (isEnding) return;
    event.preventDefault();
    if (stopping || asking) return;
    asking = true;
    void answered(mayQuit, log).then((may) => {
      asking = false;
      if (may) leave();
    });
  });
  // Nobody may be there to answer, and the system ends the process soon.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) takeSignal(signal, leave);
  powerMonitor.on('shutdown', leave);
  app.on('browser-window-created', (_event, window) => window.on('session-end', leave));
}

/** Passes the system's sleep on to the core. The system waits for a moment only, so what matters is stored at once. */
export function followSleep(sleep: SystemSleep): void {
  powerMonitor.on('suspend', () => void sleep.suspend());
  powerMonitor.on('resume', () => sleep.resume());
}

/**
 * Listens to a signal. When Electron is ready, it takes these signals for `app.quit()`, which asks the user. A listener that
 * a library added earlier keeps Node from taking them back, so all listeners are added anew.
 */
function takeSignal(signal: NodeJS.Signals, listener: () => void): void {
  const others = process.rawListeners(signal) as (() => void)[];
  process.removeAllListeners(signal);
  for (const each of [listener, ...others]) process.on(signal, each);
}

/** A question that cannot be shown must not keep the application alive. */
async function answered(mayQuit: () => Promise<boolean>, log: Log): Promise<boolean> {
  try {
    return await mayQuit();
  } catch (error) {
    log.error({ err: error }, 'the question before quitting failed');
    return true;
  }
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
