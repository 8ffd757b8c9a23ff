import { describe, expect, it } from 'vitest';
import { PANEL_COLOURS, drawTrayIcon } from './draw.ts';
import type { Colour, TrayFace } from './draw.ts';

const SIZES = [16, 24, 32, 48];

function opacity(face: TrayFace, size: number, x: number, y: number): number {
  const rgba = drawTrayIcon(face, size);
  return rgba[(Math.floor(y * size) * size + Math.floor(x * size)) * 4 + 3] ?? 0;
}

function covered(face: TrayFace, size: number): number {
  const rgba = drawTrayIcon(face, size);
  return rgba.filter((_, at) => at % 4 === 3).reduce((sum, each) => sum + each, 0) / 255;
}

const ring = (shape: TrayFace['shape']): TrayFace => ({ shape, digits: null });

describe.each(SIZES)('at %i pixels', (size) => {
  it('the ring is hollow while idle, and solid while working', () => {
    for (const shape of ['idle', 'working'] as const) {
      expect(opacity(ring(shape), size, 0.5, 0.5)).toBe(0);
      expect(opacity(ring(shape), size, 0.5, 0.11)).toBeGreaterThan(180);
      expect(opacity(ring(shape), size, 0.02, 0.02)).toBe(0);
    }
    expect(opacity(ring('idle'), size, 0.25, 0.5)).toBe(0);
    expect(opacity(ring('working'), size, 0.2, 0.5)).toBeGreaterThan(230);
    expect(covered(ring('working'), size)).toBeGreaterThan(1.5 * covered(ring('idle'), size));
  });

  it('a pause is two bars with nothing between, on whole pixels', () => {
    expect(opacity(ring('paused'), size, 0.5, 0.5)).toBe(0);
    expect(opacity(ring('paused'), size, 0.32, 0.5)).toBe(255);
    expect(opacity(ring('paused'), size, 0.68, 0.5)).toBe(255);
    const edges = drawTrayIcon(ring('paused'), size).filter((_, at) => at % 4 === 3);
    expect(new Set(edges)).toEqual(new Set([0, 255]));
  });

  it('a problem is a ring with a notch, and a mark in it', () => {
    const rows = Array.from({ length: size }, (_, y) =>
      opacity(ring('problem'), size, (size - Math.round(size / 16) - 1) / size, y / size),
    );
    // From top to bottom at the right: the stroke, a gap, the dot.
    expect(rows.join().replace(/0(,0)*/, '')).toMatch(/^,?255.*,0,.*255/);
    expect(opacity(ring('problem'), size, 0.12, 0.5)).toBeGreaterThan(230);
  });

  it('digits are on whole pixels, inside the picture, and differ', () => {
    const texts = ['7', '42', '212', '9.1', '12k'];
    const pictures = texts.map((digits) => {
      const rgba = drawTrayIcon({ shape: 'idle', digits }, size);
      const alphas = rgba.filter((_, at) => at % 4 === 3);
      expect(new Set(alphas)).toEqual(new Set([0, 255]));
      return alphas.join();
    });
    expect(new Set(pictures).size).toBe(texts.length);
  });

  it('digits keep the mark of a problem', () => {
    const plain = drawTrayIcon({ shape: 'idle', digits: '42' }, size);
    const marked = drawTrayIcon({ shape: 'problem', digits: '42' }, size);
    const [red] = PANEL_COLOURS.problem;
    expect([...plain].filter((value, at) => at % 4 === 0 && value === red)).toEqual([]);
    expect([...marked].filter((value, at) => at % 4 === 0 && value === red)).not.toEqual([]);
  });
});

/** WCAG's contrast of two colours. */
function contrast(a: Colour, b: Colour): number {
  const luminance = (colour: Colour): number => {
    const [r, g, b2] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b2 ?? 0);
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

it.each(Object.entries<Colour>({ ...PANEL_COLOURS }))(
  '%s can be seen on light and dark panels',
  (_, colour) => {
    expect(contrast(colour, [0xf3, 0xf3, 0xf3])).toBeGreaterThanOrEqual(3);
    expect(contrast(colour, [0x20, 0x20, 0x20])).toBeGreaterThanOrEqual(3);
  },
);
