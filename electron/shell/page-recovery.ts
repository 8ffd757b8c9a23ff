import type { BrowserWindow } from 'electron';
import type { Log } from '../core/log.ts';
import { limitAttempts } from './attempts.ts';
import { CRASHED_PATH } from './crashed-page.ts';
import { APP_ORIGIN } from './protocol.ts';

/** Reloads within {@link RELOAD_SPAN_MS}. After one more crash there is none. */
const RELOADS = 3;
const RELOAD_SPAN_MS = 60_000;

export interface RecoveryOptions {
  readonly log: Log;
  /** Loads the window's page from its beginning. */
  readonly load: () => void;
}

/** How often a page may end, and what is done then. */
interface ReloadOptions {
  readonly log: Log;
  /** What is logged, such as `the process of a page ended`. */
  readonly message: string;
  /** Called instead of one more reload. The window is still there. */
  readonly giveUp: () => void;
}

/**
 * Loads the page again when its process ends (crash, out of memory, killed), unless it ends again and again.
 * @returns forgets the reloads so far
 */
export function reloadCrashed(
  window: BrowserWindow,
  { log, message, giveUp }: ReloadOptions,
): () => void {
  const attempts = limitAttempts(RELOADS, RELOAD_SPAN_MS);
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    const isAllowed = attempts.next();
    log.error({ reason, exitCode, reloads: isAllowed }, message);
    // Electron still takes the old process down when it emits this.
    setImmediate(() => {
      if (window.isDestroyed()) return;
      if (isAllowed) window.webContents.reload();
      else giveUp();
    });
  });
  return () => attempts.reset();
}

/**
 * Loads the page again when its process ends. The window stays, so this never counts as closing it, which would quit
 * Tokwatt on a desktop without a tray. A page that ends again and again is replaced by a message with a link that loads
 * it anew.
 */
export function recoverPage(window: BrowserWindow, { log, load }: RecoveryOptions): void {
  const { webContents: contents } = window;
  const reset = reloadCrashed(window, {
    log,
    message: 'the process of the window’s page ended',
    giveUp: () => {
      if (!showsMessage(contents.getURL())) void contents.loadURL(MESSAGE).catch(() => undefined);
    },
  });
  // Every navigation of a page is refused; the message's link asks for one.
  contents.on('will-navigate', () => {
    if (!showsMessage(contents.getURL())) return;
    reset();
    load();
  });
}

const MESSAGE = `${APP_ORIGIN}${CRASHED_PATH}`;

function showsMessage(url: string): boolean {
  return url === MESSAGE;
}
