import { PANEL_COLOURS, TEMPLATE_COLOURS, drawTrayIcon } from '../../../shared/tray-icon/draw.ts';
import type { TrayFace } from '../../../shared/tray-icon/draw.ts';
import { drawIconWithLines } from '../../../shared/tray-icon/lines.ts';
import type { Picture } from '../../../shared/tray-icon/lines.ts';

/**
 * The sizes in pixels that each desktop chooses from. Windows shows 16 points at scales of 100, 125,
 * 150, 200, 250 and 300 %, macOS 18 at 1, 2 and 3; panels on Linux have any height.
 */
const SIZES: Readonly<Partial<Record<NodeJS.Platform, readonly number[]>>> = {
  win32: [16, 20, 24, 32, 40, 48],
  darwin: [18, 36, 54],
};
const PANEL_SIZES = [22, 16, 24, 32, 44, 48, 64];
const MENU_BAR_SCALES = [1, 2, 3];

export interface TrayPictures {
  /** The icon in every size that this desktop needs, the plain one first. */
  readonly pictures: readonly Picture[];
  /** Text for the desktop to show beside it; empty for none. */
  readonly title: string;
}

/**
 * The icon, on macOS with its lines of text. Two lines are part of the picture, because a menu bar
 * writes one only; lines with letters that cannot be drawn are one text.
 */
export function picturesOf(
  face: TrayFace,
  lines: readonly string[],
  platform: NodeJS.Platform,
): TrayPictures {
  const colours = platform === 'darwin' ? TEMPLATE_COLOURS : PANEL_COLOURS;
  const drawn =
    platform === 'darwin'
      ? MENU_BAR_SCALES.map((scale) => drawIconWithLines(face, lines, scale, colours))
      : [];
  const whole = drawn.filter((picture) => picture !== null);
  if (whole.length > 0) return { pictures: whole, title: '' };
  const icons = (SIZES[platform] ?? PANEL_SIZES).map((size) => {
    return { width: size, height: size, rgba: drawTrayIcon(face, size, colours) };
  });
  return { pictures: icons, title: lines.join('  ') };
}
