import { MINI_MODELS } from '../../../shared/mini-monitor-settings.ts';
import type { MiniForm } from '../../../shared/mini-monitor-settings.ts';
import type { Bounds } from '../window-bounds.ts';

const WIDTHS: Readonly<Record<MiniForm, number>> = { line: 420, strip: 340, card: 340 };
/** Those of the style sheet. */
const LINE_HEIGHT = 34;
const STRIP_HEIGHT = 70;
const ROW_HEIGHT = 24;
const CARD_PADDING = 17;

/** From the edges of the screen at first, pixels. */
const MARGIN = 16;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a form, pixels. A card is as high as its list of models. */
export function miniSize(form: MiniForm, models: number): Size {
  const width = WIDTHS[form];
  if (form === 'line') return { width, height: LINE_HEIGHT };
  if (form === 'strip') return { width, height: STRIP_HEIGHT };
  // At least one row, which says that no model is loaded, and one that counts the rest.
  const rows = Math.max(1, Math.min(models, MINI_MODELS)) + (models > MINI_MODELS ? 1 : 0);
  return { width, height: STRIP_HEIGHT + CARD_PADDING + rows * ROW_HEIGHT };
}

/**
 * The bounds of a new window: where it was, as far as it lies on a screen (a monitor may be gone), else in
 * the lower right corner of the first screen.
 * @param areas the work areas of all screens, the primary one first
 */
export function placeMini(saved: Bounds | null, size: Size, areas: readonly Bounds[]): Bounds {
  const [primary] = areas;
  if (primary === undefined) return { x: 0, y: 0, ...size };
  if (saved === null) {
    const x = primary.x + primary.width - size.width - MARGIN;
    const y = primary.y + primary.height - size.height - MARGIN;
    return clamp({ x, y, ...size }, primary);
  }
  return resized(saved, size, areas);
}

/**
 * The bounds in another size. The edges that are nearer to the screen's stay where they are, so a monitor in
 * a corner stays in it.
 */
export function resized(from: Bounds, size: Size, areas: readonly Bounds[]): Bounds {
  const area = areaOf(from, areas);
  if (area === undefined) return { ...from, ...size };
  const isRight = from.x - area.x > area.x + area.width - (from.x + from.width);
  const isLow = from.y - area.y > area.y + area.height - (from.y + from.height);
  const x = isRight ? from.x + from.width - size.width : from.x;
  const y = isLow ? from.y + from.height - size.height : from.y;
  return clamp({ x, y, ...size }, area);
}

/** The area that shows most of a window; the first one if none shows it. */
function areaOf(bounds: Bounds, areas: readonly Bounds[]): Bounds | undefined {
  return [...areas].sort((a, b) => shared(bounds, b) - shared(bounds, a))[0];
}

/** The common area of two rectangles, square pixels. */
function shared(a: Bounds, b: Bounds): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function clamp(bounds: Bounds, area: Bounds): Bounds {
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  return {
    x: Math.max(area.x, Math.min(bounds.x, area.x + area.width - width)),
    y: Math.max(area.y, Math.min(bounds.y, area.y + area.height - height)),
    ...{ width, height },
  };
}
