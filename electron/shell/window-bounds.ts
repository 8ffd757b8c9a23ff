import * as v from 'valibot';
import { loadPlace, savePlace } from './place-file.ts';

const coordinate = v.pipe(v.number(), v.integer());
export const rectangle = v.object({
  x: coordinate,
  y: coordinate,
  width: coordinate,
  height: coordinate,
});

/** A rectangle on the desktop, in device-independent pixels. */
export type Bounds = v.InferOutput<typeof rectangle>;

const saved = v.object({
  ...rectangle.entries,
  state: v.optional(v.picklist(['normal', 'maximized', 'fullScreen']), 'normal'),
});

/** The bounds of a window that is neither maximised nor full screen, and whether it was. */
export type SavedBounds = v.InferOutput<typeof saved>;

/** The smallest size at which the overview is readable. */
export const MIN_SIZE = { width: 360, height: 480 };
export const DEFAULT_SIZE = { width: 1080, height: 760 };

/** Pixels of a window that must be on a screen, so that its title bar can be reached. */
const GRASP = 80;

/** The thickest frame or title bar of a window, in pixels. A larger shift is a place that was refused. */
const MAX_FRAME = 80;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The saved bounds; null if there are none or they are not usable. */
export function loadBounds(file: string): SavedBounds | null {
  return loadPlace(saved, file);
}

/** Saves the bounds when a window closes. If that fails, the next window has the default size. */
export function saveBounds(file: string, bounds: SavedBounds): void {
  savePlace(file, bounds);
}

/**
 * The bounds of a new window: the saved ones if enough of them is on a screen (a monitor may be gone),
 * else centred (no `x` and `y`) in the saved size, never larger than the screen.
 */
export function placeWindow(
  saved: Bounds | null,
  screens: readonly Bounds[],
): { width: number; height: number; x?: number; y?: number } {
  if (saved === null) return fit(DEFAULT_SIZE, screens[0]);
  const screen = screens.find((area) => isGraspable(saved, area));
  if (screen === undefined) return fit(saved, screens[0]);
  return { ...fit(saved, screen), x: saved.x, y: Math.max(saved.y, screen.y) };
}

function fit(size: Size, screen: Bounds | undefined): Size {
  const most = screen ?? { width: Infinity, height: Infinity };
  const least = minSize(most);
  return {
    width: Math.max(least.width, Math.min(size.width, most.width)),
    height: Math.max(least.height, Math.min(size.height, most.height)),
  };
}

/** {@link MIN_SIZE}, or less on a screen that has less: a large scale leaves few device-independent pixels. */
export function minSize(screen: Size): Size {
  return {
    width: Math.min(MIN_SIZE.width, screen.width),
    height: Math.min(MIN_SIZE.height, screen.height),
  };
}

/**
 * The bounds to save for a window that was asked for at `requested` and appeared at `shown`. Some window managers count
 * from the frame when they place a window and from its content when they are asked, so the bounds that are read are off
 * by the title bar, and would move the window at each start.
 */
export function withoutShift(now: Bounds, requested: Bounds | null, shown: Bounds | null): Bounds {
  if (requested === null || shown === null) return now;
  const x = shown.x - requested.x;
  const y = shown.y - requested.y;
  const isFrame = Math.abs(x) <= MAX_FRAME && Math.abs(y) <= MAX_FRAME;
  return isFrame ? { ...now, x: now.x - x, y: now.y - y } : now;
}

function isGraspable(window: Bounds, screen: Bounds): boolean {
  const across =
    Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const titleBar = window.y >= screen.y - GRASP && window.y <= screen.y + screen.height - GRASP;
  return across >= GRASP && titleBar;
}
