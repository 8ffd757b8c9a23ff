import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { WebPreferences } from 'electron';
import type { Delta } from '../../shared/snapshot.ts';
import type { Log } from '../core/log.ts';
import { createDeltaFilter } from './delta-filter.ts';
import { sendEvent } from './ipc.ts';
import { DEFAULT_SIZE, MIN_SIZE, loadBounds, placeWindow, saveBounds } from './window-bounds.ts';

export interface OverviewOptions {
  /** The page's address. */
  readonly url: string;
  /** The preload script's file. */
  readonly preload: string;
  /** The window's icon where the desktop shows one (Linux). */
  readonly icon: string;
  /** The file that keeps the window's position and size. */
  readonly boundsFile: string;
  readonly log: Log;
  /** Called when the window was opened, shown or restored. */
  readonly onVisible: () => void;
}

/** The one overview window. Closing it ends its process. */
export interface Overview {
  /** Opens the window, or brings the open one to the front. */
  open(): void;
  readonly current: BrowserWindow | null;
  /** Sends the page what has changed, or holds it back while the window is hidden. */
  send(delta: Delta): void;
  /** Closes the window without asking its page. */
  close(): void;
}

interface WindowEvents {
  /** The window was opened, shown or restored. */
  readonly visible: () => void;
  readonly closed: () => void;
}

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

/** The page's surface colours, shown until its style sheet is loaded, so that opening does not flash. */
const BACKGROUND = { light: '#fcfcfb', dark: '#151618' };

/** Creates the overview without opening it. The application must be ready. */
export function createOverview(options: OverviewOptions): Overview {
  let current: BrowserWindow | null = null;
  const deltas = createDeltaFilter({
    isVisible: () => current !== null && current.isVisible() && !current.isMinimized(),
    send: (delta) => {
      if (current !== null) sendEvent(current.webContents, 'delta', delta);
    },
  });
  const events: WindowEvents = {
    visible: () => {
      options.onVisible();
      deltas.opened();
    },
    closed: () => {
      current = null;
    },
  };
  return {
    get current() {
      return current;
    },
    open() {
      if (current === null) current = openWindow(options, events);
      else bringToFront(current);
    },
    send: (delta) => deltas.offer(delta),
    close() {
      if (current === null) return;
      // `destroy` emits no close event.
      saveBounds(options.boundsFile, current.getNormalBounds());
      current.destroy();
    },
  };
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function openWindow(options: OverviewOptions, events: WindowEvents): BrowserWindow {
  const { url, preload, icon, boundsFile, log } = options;
  const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((d) => d.workArea);
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...placeWindow(loadBounds(boundsFile), areas),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: 'Tokwatt',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    ...(process.platform === 'darwin' ? { titleBarStyle: 'hiddenInset' as const } : {}),
    ...(process.platform === 'linux' ? { icon } : {}),
    webPreferences: { ...LOCKED_DOWN, preload },
  });
  followWindow(window, options, events);
  window.loadURL(url).catch((error: unknown) => {
    // Closing the window while it loads also ends here, and is no error.
    if (!window.isDestroyed()) log.error({ err: error }, 'the window could not load its page');
  });
  return window;
}

function followWindow(
  window: BrowserWindow,
  { boundsFile, log }: OverviewOptions,
  events: WindowEvents,
): void {
  window.once('ready-to-show', () => window.show());
  for (const event of ['show', 'restore'] as const) window.on(event as 'show', events.visible);
  window.on('close', () => saveBounds(boundsFile, window.getNormalBounds()));
  window.on('closed', events.closed);
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error({ reason, exitCode }, 'the window crashed; open it again from the tray');
    window.destroy();
  });
}
