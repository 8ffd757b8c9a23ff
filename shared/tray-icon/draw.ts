/**
 * Draws the tray's icon as pixels, without a window and without files, so that it is sharp at every
 * size. A shape is a function that says how far a point is from its edge; a pixel at the edge is
 * covered in part.
 */
import { digitBoxes } from './digits.ts';
import type { Box } from './digits.ts';

/** `idle` a hollow ring, `working` a solid one, `paused` two bars, `problem` a notch with `!`. */
export type TrayShape = 'idle' | 'working' | 'paused' | 'problem';

export interface TrayFace {
  readonly shape: TrayShape;
  /** A figure in the place of the ring: at most three of `0`–`9`, `.` and `k`; null for the ring. */
  readonly digits: string | null;
}

/** Red, green, blue. */
export type Colour = readonly [number, number, number];

export interface TrayColours {
  readonly idle: Colour;
  readonly working: Colour;
  readonly problem: Colour;
}

/** Each has a contrast of 3:1 or more on light and on dark panels. */
export const PANEL_COLOURS: TrayColours = {
  idle: [0x80, 0x86, 0x8f],
  working: [0x14, 0x91, 0x82],
  problem: [0xd9, 0x53, 0x4a],
};

/** For macOS, which colours a template image itself. */
export const TEMPLATE_COLOURS: TrayColours = {
  idle: [0, 0, 0],
  working: [0, 0, 0],
  problem: [0, 0, 0],
};

/** How far a point is outside of a shape, in pixels; negative inside. */
type Distance = (x: number, y: number) => number;

interface Layer {
  readonly distance: Distance;
  readonly colour: Colour;
}

/**
 * A square picture of `size` pixels, four bytes a pixel (red, green, blue, opacity; not
 * premultiplied).
 */
export function drawTrayIcon(
  face: TrayFace,
  size: number,
  colours: TrayColours = PANEL_COLOURS,
): Uint8ClampedArray {
  const layers = layersOf(face, size, colours);
  const rgba = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      for (const { distance, colour } of layers) {
        // The distance at the middle of a pixel tells how much of it is covered.
        const cover = Math.min(1, Math.max(0, 0.5 - distance(x + 0.5, y + 0.5)));
        if (cover > 0) put(rgba, (y * size + x) * 4, colour, cover);
      }
    }
  }
  return rgba;
}

/** Layers do not overlap, so the one that covers more of a pixel gives its colour. */
function put(rgba: Uint8ClampedArray, at: number, colour: Colour, cover: number): void {
  const opacity = Math.round(cover * 255);
  if (opacity > (rgba[at + 3] ?? 0)) rgba.set([...colour, opacity], at);
}

function layersOf({ shape, digits }: TrayFace, size: number, colours: TrayColours): Layer[] {
  const colour = shape === 'working' ? colours.working : colours.idle;
  if (digits !== null) {
    const boxes = digitBoxes(digits, size, shape === 'problem').map((box) => ({
      distance: boxDistance(box),
      colour,
    }));
    return shape === 'problem' ? [...boxes, ...mark(size, colours.problem)] : boxes;
  }
  switch (shape) {
    case 'idle':
      return [{ distance: ring(size, lineOf(size)), colour }];
    case 'working':
      return [{ distance: ring(size, 2.6 * lineOf(size)), colour }];
    case 'paused':
      return bars(size).map((box) => ({ distance: boxDistance(box), colour }));
    case 'problem':
      return [{ distance: notched(size), colour: colours.problem }, ...mark(size, colours.problem)];
  }
}

/** The width of a thin line, in whole pixels where that is not too coarse. */
function lineOf(size: number): number {
  return size < 28 ? Math.max(1.5, size / 11) : Math.round(size / 11);
}

function radiusOf(size: number): number {
  return size / 2 - size / 16;
}

function ring(size: number, width: number): Distance {
  const middle = size / 2;
  const radius = radiusOf(size) - width / 2;
  return (x, y) => Math.abs(Math.hypot(x - middle, y - middle) - radius) - width / 2;
}

function bars(size: number): Box[] {
  const width = Math.max(2, Math.round(size / 5));
  const gap = Math.max(2, Math.round(size / 5));
  const left = Math.round((size - 2 * width - gap) / 2);
  const top = Math.round(size / 6);
  const bar = (x: number): Box => ({ left: x, top, right: x + width, bottom: size - top });
  return [bar(left), bar(left + width + gap)];
}

/** The exclamation mark's column, at the right edge, in whole pixels. */
function markBox(size: number): Box {
  const width = Math.max(2, Math.round(size / 7));
  const margin = Math.round(size / 16);
  return {
    left: size - margin - width,
    right: size - margin,
    top: margin,
    bottom: size - margin,
  };
}

function mark(size: number, colour: Colour): Layer[] {
  const { left, right, top, bottom } = markBox(size);
  const width = right - left;
  const gap = Math.max(1, Math.round(size / 10));
  const dot: Box = { left, right, top: bottom - width, bottom };
  const stroke: Box = { left, right, top, bottom: bottom - width - gap };
  return [dot, stroke].map((box) => ({ distance: boxDistance(box), colour }));
}

/** A solid ring, smaller than the others, with a notch in which the mark stands. */
function notched(size: number): Distance {
  const { left } = markBox(size);
  const clear = Math.max(1, Math.round(size / 12));
  const width = 1.7 * lineOf(size);
  const middle = size / 2;
  const radius = radiusOf(size) - width / 2;
  return (x, y) => {
    const ringDistance = Math.abs(Math.hypot(x - middle, y - middle) - radius) - width / 2;
    return Math.max(ringDistance, x - (left - clear));
  };
}

function boxDistance({ left, right, top, bottom }: Box): Distance {
  const [x0, y0] = [(left + right) / 2, (top + bottom) / 2];
  const [w, h] = [(right - left) / 2, (bottom - top) / 2];
  return (x, y) => Math.max(Math.abs(x - x0) - w, Math.abs(y - y0) - h);
}
