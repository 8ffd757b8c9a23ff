import { BrowserWindow } from 'electron';
import type { MiniMonitorSettings } from '../../../shared/mini-monitor-settings.ts';
import type { Log } from '../../core/log.ts';
import { reloadCrashed } from '../page-recovery.ts';
import { loadPage, pagePreferences, surfaceColor } from '../page-window.ts';
import type { Bounds } from '../window-bounds.ts';
import { workAreas } from '../window-geometry.ts';
import { miniSize, placeMini, resized } from './placement.ts';

export interface MiniWindowOptions {
  readonly url: string;
  readonly preload: string;
  readonly icon: string;
  readonly title: string;
  readonly saved: Bounds | null;
  readonly settings: MiniMonitorSettings;
  /** Number of loaded models. */
  readonly models: number;
  readonly log: Log;
  readonly openMenu: () => void;
  readonly onVisible: () => void;
}

/** Opens the mini monitor's window, hidden. It has no frame; its page says where it can be dragged. */
export function openMiniWindow(options: MiniWindowOptions): BrowserWindow {
  const { url, preload, icon, title, settings, log } = options;
  const window = new BrowserWindow({
    ...placeMini(options.saved, miniSize(settings.form, options.models), workAreas()),
    ...{ frame: false, show: false, title, skipTaskbar: true },
    ...{ resizable: false, minimizable: false, maximizable: false, fullscreenable: false },
    backgroundColor: surfaceColor(),
    // The click that brings it to the front may already be one on its button (macOS).
    acceptFirstMouse: true,
    ...(process.platform === 'linux' ? { icon } : {}),
    webPreferences: pagePreferences(preload),
  });
  applyMiniSettings(window, settings);
  window.on('show', options.onVisible);
  window.webContents.on('context-menu', options.openMenu);
  // Where the window can be dragged, a right click is one on its title bar.
  window.on('system-context-menu', (event) => {
    event.preventDefault();
    options.openMenu();
  });
  const message = 'the process of the mini monitor’s page ended';
  reloadCrashed(window, { log, message, giveUp: () => window.destroy() });
  loadPage(window, url, log);
  return window;
}

/** Shows what the settings say, except for the size. */
export function applyMiniSettings(window: BrowserWindow, settings: MiniMonitorSettings): void {
  window.setAlwaysOnTop(settings.onTop, 'floating');
  window.setOpacity(settings.opacity);
  window.setIgnoreMouseEvents(settings.clickThrough);
}

/** Gives the window the size of its form, on a screen. */
export function fitMiniWindow(
  window: BrowserWindow,
  { form }: MiniMonitorSettings,
  models: number,
): void {
  const now = window.getBounds();
  const next = resized(now, miniSize(form, models), workAreas());
  const isSame = (['x', 'y', 'width', 'height'] as const).every((side) => now[side] === next[side]);
  if (!isSame) window.setBounds(next);
}
