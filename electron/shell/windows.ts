import { BrowserWindow, app } from 'electron';
import type { Delta } from '../../shared/snapshot.ts';
import type { Log } from '../core/log.ts';
import { createDeltaFilter } from './delta-filter.ts';
import { sendEvent } from './ipc.ts';
import { recoverPage } from './page-recovery.ts';
import { loadPage, pagePreferences, surfaceColor } from './page-window.ts';
import { showsPage, withAddress } from './window-address.ts';
import { loadBounds, minSize, placeWindow } from './window-bounds.ts';
import { keepGeometry, saveGeometry, workAreas } from './window-geometry.ts';

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
  /** Called when the window is gone. */
  readonly onClosed: () => void;
}

/** The one overview window. Closing it ends its process. */
export interface Overview {
  /** Opens the window, or brings the open one to the front. With an address such as `/alerts`, it goes there. */
  open(address?: string | null): void;
  /** True if the window is in front and shows the page of an address. */
  isInFront(address: string): boolean;
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
      options.onClosed();
    },
  };
  return {
    get current() {
      return current;
    },
    open(address = null) {
      if (current === null) {
        current = openWindow(options, withAddress(options.url, address), events);
        return;
      }
      if (address !== null || current.webContents.isCrashed()) goTo(current, options, address);
      bringToFront(current);
    },
    isInFront: (address) =>
      current !== null && current.isFocused() && showsPage(current.webContents.getURL(), address),
    send: (delta) => deltas.offer(delta),
    close() {
      if (current === null) return;
      saveGeometry(current);
      current.destroy();
    },
  };
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** A page that still loads does not listen yet, and a crashed one not any more: it is loaded anew with the address. */
function goTo(window: BrowserWindow, options: OverviewOptions, address: string | null): void {
  const { webContents: contents } = window;
  if (address === null || contents.isCrashed() || contents.isLoadingMainFrame()) {
    loadPage(window, withAddress(options.url, address), options.log);
  } else {
    sendEvent(window.webContents, 'goTo', address);
  }
}

function openWindow(options: OverviewOptions, url: string, events: WindowEvents): BrowserWindow {
  const { preload, icon, boundsFile, log } = options;
  const saved = loadBounds(boundsFile);
  const bounds = placeWindow(saved, workAreas());
  const least = minSize(bounds);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: least.width,
    minHeight: least.height,
    show: false,
    title: 'Tokwatt',
    backgroundColor: surfaceColor(),
    autoHideMenuBar: true,
    ...(process.platform === 'darwin' ? { titleBarStyle: 'hiddenInset' as const } : {}),
    ...(process.platform === 'linux' ? { icon } : {}),
    webPreferences: pagePreferences(preload),
  });
  keepGeometry(window, boundsFile, saved);
  followWindow(window, events);
  recoverPage(window, { log, load: () => loadPage(window, options.url, log) });
  loadPage(window, url, log);
  return window;
}

function followWindow(window: BrowserWindow, events: WindowEvents): void {
  window.once('ready-to-show', () => window.show());
  for (const event of ['show', 'restore'] as const) window.on(event as 'show', events.visible);
  window.on('closed', events.closed);
  // Windows tells the end of the user's session to windows only.
  window.on('session-end', () => app.quit());
}
