import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';

const coordinate = v.pipe(v.number(), v.integer());
const rectangle = v.object({ x: coordinate, y: coordinate, width: coordinate, height: coordinate });

/** A rectangle on the desktop, in device-independent pixels. */
export type Bounds = v.InferOutput<typeof rectangle>;

/** The smallest size at which the overview is readable. */
export const MIN_SIZE = { width: 360, height: 480 };
export const DEFAULT_SIZE = { width: 1080, height: 760 };

/** Pixels of a window that must be on a screen, so that its title bar can be reached. */
const GRASP = 80;

/** The saved bounds; null if there are none or they are not usable. */
export function loadBounds(file: string): Bounds | null {
  try {
    const parsed = v.safeParse(rectangle, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Saves the bounds when a window closes. If that fails, the next window has the default size. */
export function saveBounds(file: string, bounds: Bounds): void {
  try {
    writeFileSync(file, `${JSON.stringify(bounds)}\n`);
  } catch {
    // The user is not informed, because only the position of a window is lost.
  }
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

function fit(
  size: { width: number; height: number },
  screen: Bounds | undefined,
): { width: number; height: number } {
  const most = screen ?? { width: Infinity, height: Infinity };
  return {
    width: Math.max(MIN_SIZE.width, Math.min(size.width, most.width)),
    height: Math.max(MIN_SIZE.height, Math.min(size.height, most.height)),
  };
}

function isGraspable(window: Bounds, screen: Bounds): boolean {
  const across =
    Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const titleBar = window.y >= screen.y - GRASP && window.y <= screen.y + screen.height - GRASP;
  return across >= GRASP && titleBar;
}
