import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { WebPreferences } from 'electron';
import type { Log } from '../core/log.ts';
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
  /** True while the window is neither hidden nor minimised. */
  isVisible(): boolean;
  /** Closes the window without asking its page. */
  close(): void;
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
  const forget = (): void => {
    current = null;
  };
  return {
    get current() {
      return current;
    },
    open() {
      if (current === null) current = openWindow(options, forget);
      else bringToFront(current);
    },
    isVisible: () => current !== null && current.isVisible() && !current.isMinimized(),
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

function openWindow(options: OverviewOptions, onClosed: () => void): BrowserWindow {
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
  followWindow(window, options, onClosed);
  window.loadURL(url).catch((error: unknown) => {
    // Closing the window while it loads also ends here, and is no error.
    if (!window.isDestroyed()) log.error({ err: error }, 'the window could not load its page');
  });
  return window;
}

function followWindow(
  window: BrowserWindow,
  { boundsFile, log, onVisible }: OverviewOptions,
  onClosed: () => void,
): void {
  window.once('ready-to-show', () => window.show());
  for (const event of ['show', 'restore'] as const) window.on(event as 'show', onVisible);
  window.on('close', () => saveBounds(boundsFile, window.getNormalBounds()));
  window.on('closed', onClosed);
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error({ reason, exitCode }, 'the window crashed; open it again from the tray');
    window.destroy();
  });
}
