import { nativeTheme } from 'electron';
import type { BrowserWindow, WebPreferences } from 'electron';
import { unitsArgument } from '../../shared/units.ts';
import type { Log } from '../core/log.ts';
import { unitsOfSystem } from './units-now.ts';

/** Electron's security checklist, items 2 to 11. */
const LOCKED_DOWN: WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
};

/** What a page of ours may do, and the units of the system, which it knows from its first moment. */
export function pagePreferences(preload: string): WebPreferences {
  return { ...LOCKED_DOWN, preload, additionalArguments: [unitsArgument(unitsOfSystem())] };
}

/** The page's surface colours, shown until its style sheet is loaded, so that opening does not flash. */
const BACKGROUND = { light: '#fcfcfb', dark: '#151618' };

/** The colour of the page's surface now. */
export function surfaceColor(): string {
  return nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light;
}

/** Loads a page into a window. A failure is logged. */
export function loadPage(window: BrowserWindow, url: string, log: Log): void {
  window.loadURL(url).catch((error: unknown) => {
    // Closing the window or going elsewhere while it loads also ends here, and is no error.
    const isAborted = error instanceof Error && error.message.includes('ERR_ABORTED');
    if (!window.isDestroyed() && !isAborted)
      log.error({ err: error }, 'the window could not load its page');
  });
}
