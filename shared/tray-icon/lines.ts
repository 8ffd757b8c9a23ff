/** Draws one or two short lines of text as pixels: the text of a menu bar has one line only. */
import { drawTrayIcon } from './draw.ts';
import type { Colour, TrayColours, TrayFace } from './draw.ts';
import { strokesOfText } from './strokes.ts';
import type { Stroke } from './strokes.ts';

/** A picture, four bytes a pixel (red, green, blue, opacity; not premultiplied). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** In points, the pixels of a menu bar at its plain scale. */
interface Style {
  /** A capital is 6 units high. */
  readonly unit: number;
  readonly stroke: number;
  /** The top of the capitals of each line. */
  readonly tops: readonly number[];
}

const ONE_LINE: Style = { unit: 1.6, stroke: 1.3, tops: [5] };
const TWO_LINES: Style = { unit: 1.08, stroke: 1, tops: [0.6, 10.8] };
const HEIGHT = 20;
const MARGIN = 1;
/** The icon's size, and the space between it and the lines, points. */
const ICON = 18;
const GAP = 2;

/**
 * One or two lines, at `scale` pixels a point, 20 points high. Null without a line, and if a letter
 * cannot be drawn.
 */
export function drawTrayLines(
  lines: readonly string[],
  scale: number,
  colour: Colour,
): Picture | null {
  const texts = lines.map(strokesOfText).filter((text) => text !== null);
  if (texts.length === 0 || texts.length < lines.length) return null;
  const { unit, stroke, tops } = texts.length === 1 ? ONE_LINE : TWO_LINES;
  const wide = Math.max(...texts.map((text) => text.width)) * unit;
  const width = Math.ceil((wide + stroke + 2 * MARGIN) * scale);
  const height = Math.round(HEIGHT * scale);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (const [line, { strokes }] of texts.entries()) {
    const place = { x: MARGIN + stroke / 2, y: tops[line] ?? 0 };
    const pixels = strokes.map((each) => placed(each, unit, place, scale));
    for (const each of pixels) paint({ width, height, rgba }, each, (stroke * scale) / 2, colour);
  }
  return { width, height, rgba };
}

/** The icon with lines beside it. Null if there is none or one cannot be drawn. */
export function drawIconWithLines(
  face: TrayFace,
  lines: readonly string[],
  scale: number,
  colours: TrayColours,
): Picture | null {
  const text = drawTrayLines(lines, scale, colours.idle);
  if (text === null) return null;
  const size = Math.round(ICON * scale);
  const icon = { width: size, height: size, rgba: drawTrayIcon(face, size, colours) };
  const left = size + Math.round(GAP * scale);
  const width = left + text.width;
  const whole = {
    width,
    height: text.height,
    rgba: new Uint8ClampedArray(width * text.height * 4),
  };
  copy(icon, whole, 0, Math.round((text.height - size) / 2));
  copy(text, whole, left, 0);
  return whole;
}

function copy(from: Picture, into: Picture, left: number, top: number): void {
  for (let y = 0; y < from.height; y += 1) {
    const row = from.rgba.subarray(y * from.width * 4, (y + 1) * from.width * 4);
    into.rgba.set(row, ((top + y) * into.width + left) * 4);
  }
}

function placed(
  stroke: Stroke,
  unit: number,
  place: { readonly x: number; readonly y: number },
  scale: number,
): Stroke {
  const [x0, y0, x1, y1] = stroke;
  const x = (value: number): number => (place.x + value * unit) * scale;
  const y = (value: number): number => (place.y + value * unit) * scale;
  return [x(x0), y(y0), x(x1), y(y1)];
}

/** Covers the pixels that are nearer to a stroke than half its width. */
function paint({ width, height, rgba }: Picture, stroke: Stroke, half: number, colour: Colour) {
  const [x0, y0, x1, y1] = stroke;
  const reach = half + 1;
  const from = { x: Math.floor(Math.min(x0, x1) - reach), y: Math.floor(Math.min(y0, y1) - reach) };
  const to = { x: Math.ceil(Math.max(x0, x1) + reach), y: Math.ceil(Math.max(y0, y1) + reach) };
  for (let y = Math.max(0, from.y); y < Math.min(height, to.y); y += 1) {
    for (let x = Math.max(0, from.x); x < Math.min(width, to.x); x += 1) {
      const cover = half + 0.5 - distance(stroke, x + 0.5, y + 0.5);
      const opacity = Math.round(Math.min(1, Math.max(0, cover)) * 255);
      const at = (y * width + x) * 4;
      if (opacity > (rgba[at + 3] ?? 0)) rgba.set([...colour, opacity], at);
    }
  }
}

/** From a point to a stroke. */
function distance([x0, y0, x1, y1]: Stroke, x: number, y: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length;
  const along = Math.min(1, Math.max(0, share));
  return Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
}
