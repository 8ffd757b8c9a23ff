import type { BrowserWindow } from 'electron';
import type { Log } from '../core/log.ts';
import { limitAttempts } from './attempts.ts';
import { CRASHED_PATH } from './crashed-page.ts';
import { APP_ORIGIN } from './protocol.ts';

/** Reloads within {@link RELOAD_SPAN_MS}. One more crash shows the message page instead. */
const RELOADS = 3;
const RELOAD_SPAN_MS = 60_000;

export interface RecoveryOptions {
  readonly log: Log;
  /** Loads the window's page from its beginning. */
  readonly load: () => void;
}

/**
 * Loads the page again when its process ends (crash, out of memory, killed). The window stays, so this never counts as
 * closing it, which would quit Tokwatt on a desktop without a tray. A page that ends again and again is replaced by a
 * message with a link that loads it anew.
 */
export function recoverPage(window: BrowserWindow, { log, load }: RecoveryOptions): void {
  const attempts = limitAttempts(RELOADS, RELOAD_SPAN_MS);
  const { webContents: contents } = window;
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    const isAllowed = attempts.next();
    log.error({ reason, exitCode, reloads: isAllowed }, 'the process of the window’s page ended');
    // Electron still takes the old process down when it emits this.
    setImmediate(() => {
      if (window.isDestroyed()) return;
      if (isAllowed) contents.reload();
      else if (!showsMessage(contents.getURL()))
        void contents.loadURL(MESSAGE).catch(() => undefined);
    });
  });
  // Every navigation of a page is refused; the message's link asks for one.
  contents.on('will-navigate', () => {
    if (!showsMessage(contents.getURL())) return;
    attempts.reset();
    load();
  });
}

const MESSAGE = `${APP_ORIGIN}${CRASHED_PATH}`;

function showsMessage(url: string): boolean {
  return url === MESSAGE;
}
