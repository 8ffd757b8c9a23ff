import { screen } from 'electron';
import type { BrowserWindow } from 'electron';
import { saveBounds, withoutShift } from './window-bounds.ts';
import type { Bounds, SavedBounds } from './window-bounds.ts';

/** The time in which a window manager places a window that was shown. */
const PLACING_MS = 500;

/** The work areas of all screens, the primary one first. */
export function workAreas(): Bounds[] {
  return [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((each) => each.workArea);
}

/** How each window saves its geometry. */
const savers = new WeakMap<BrowserWindow, () => void>();

/**
 * Saves position, size and state of a window when it closes, and restores its state when it is first shown.
 * @param restored the saved geometry that the window was created with
 */
export function keepGeometry(
  window: BrowserWindow,
  file: string,
  restored: SavedBounds | null,
): void {
  let requested: Bounds | null = null;
  let shown: Bounds | null = null;
  window.once('show', () => {
    if (restored?.state === 'maximized') window.maximize();
    if (restored?.state === 'fullScreen') window.setFullScreen(true);
    if (restored?.state !== 'normal') return;
    setTimeout(() => {
      if (!window.isDestroyed()) shown = window.getNormalBounds();
    }, PLACING_MS);
  });
  if (restored !== null) requested = window.getNormalBounds();
  const save = (): void => {
    const bounds = withoutShift(window.getNormalBounds(), requested, shown);
    saveBounds(file, { ...bounds, state: stateOf(window) });
  };
  savers.set(window, save);
  window.on('close', save);
}

/** Saves the geometry of a window that is about to be destroyed, which emits no close event. */
export function saveGeometry(window: BrowserWindow): void {
  savers.get(window)?.();
}

function stateOf(window: BrowserWindow): SavedBounds['state'] {
  if (window.isFullScreen()) return 'fullScreen';
  return window.isMaximized() ? 'maximized' : 'normal';
}
