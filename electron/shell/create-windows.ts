import { join } from 'node:path';
import { app } from 'electron';
import type { State } from '../../shared/snapshot.ts';
import type { Core } from '../core/core-contract.ts';
import type { Log } from '../core/log.ts';
import { localeNow } from './locale-now.ts';
import { createMiniMonitor } from './mini/mini-monitor.ts';
import type { MiniMonitor } from './mini/mini-monitor.ts';
import { APP_ORIGIN } from './protocol.ts';
import { createOverview } from './windows.ts';
import type { Overview } from './windows.ts';

interface WindowNeeds {
  readonly core: Core;
  readonly log: Log;
  readonly dataDir: string;
  /** The development server's origin; null for the built pages. */
  readonly devOrigin: string | null;
}

/** The mini monitor, not opened yet. */
export function createMini(
  { core, log, dataDir, devOrigin }: WindowNeeds,
  read: () => State,
  overview: Overview,
): MiniMonitor {
  return createMiniMonitor({
    ...{ core, log, read, locale: () => localeNow(read()) },
    url: `${devOrigin ?? APP_ORIGIN}/mini.html`,
    ...pageFiles(),
    file: join(dataDir, 'mini.json'),
    openWindow: () => overview.open(),
  });
}

/** The files that every window needs. */
function pageFiles(): { readonly preload: string; readonly icon: string } {
  const root = app.getAppPath();
  return {
    preload: join(root, 'dist', 'preload.cjs'),
    icon: join(root, 'build', 'tray', 'window.png'),
  };
}

/** The overview, not opened yet. */
export function createWindow(
  { dataDir, devOrigin, log }: Omit<WindowNeeds, 'core'>,
  onClosed: () => void,
): Overview {
  return createOverview({
    url: `${devOrigin ?? APP_ORIGIN}/`,
    ...pageFiles(),
    boundsFile: join(dataDir, 'window.json'),
    log,
    // The dock shows Tokwatt only while it has a window.
    onVisible: () => void app.dock?.show(),
    onClosed,
  });
}
