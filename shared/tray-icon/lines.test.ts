import { describe, expect, it } from 'vitest';
import { TEMPLATE_COLOURS } from './draw.ts';
import type { TrayFace } from './draw.ts';
import { drawIconWithLines, drawTrayLines } from './lines.ts';
import type { Picture } from './lines.ts';
import { strokesOfText } from './strokes.ts';

const SCALES = [1, 2, 3];
const IDLE: TrayFace = { shape: 'idle', digits: null };
const PRINTABLE =
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:!?/%°+-–_=≈·()→↑↓$€£¥';

function draw(lines: readonly string[], scale: number): Picture {
  return drawTrayLines(lines, scale, [0, 0, 0])!;
}

function rowsWithInk({ width, height, rgba }: Picture): number[] {
  return Array.from({ length: height }, (_, y) => y).filter((y) =>
    rgba.subarray(y * width * 4, (y + 1) * width * 4).some((value) => value > 0),
  );
}

describe.each(SCALES)('lines of text at a scale of %i', (scale) => {
  it('are 20 points high, without ink at the edges', () => {
    for (const lines of [['42.7 tok/s'], ['(gjpqy)', '(gjpqy)']]) {
      const { width, height, rgba } = draw(lines, scale);
      expect(height).toBe(20 * scale);
      const column = (x: number): number[] =>
        Array.from({ length: height }, (_, y) => rgba[(y * width + x) * 4 + 3] ?? 0);
      expect([...column(0), ...column(width - 1)].filter((each) => each > 0)).toEqual([]);
      expect(rowsWithInk({ width, height, rgba }).length).toBeGreaterThan(7 * scale);
    }
  });

  it('do not touch each other', () => {
    const rows = rowsWithInk(draw(['42.7 kW', '212 W'], scale));
    const gaps = rows.filter((row, at) => at > 0 && row - (rows[at - 1] ?? 0) > 1);
    expect(gaps).toHaveLength(1);
  });

  it('stand beside the icon, which keeps its size', () => {
    const alone = draw(['212 W'], scale);
    const whole = drawIconWithLines(IDLE, ['212 W'], scale, TEMPLATE_COLOURS)!;
    expect(whole.width).toBe(alone.width + 20 * scale);
    expect(whole.height).toBe(alone.height);
  });
});

it('every letter has a form of its own', () => {
  const pictures = Array.from(PRINTABLE, (letter) => draw([letter], 2).rgba.join());
  expect(new Set(pictures).size).toBe(PRINTABLE.length);
});

it('figures of as many digits are as wide', () => {
  expect(strokesOfText('111')?.width).toBe(strokesOfText('808')?.width);
});

it('a letter that cannot be drawn draws nothing', () => {
  expect(drawTrayLines(['瓦 212'], 2, [0, 0, 0])).toBeNull();
  expect(drawIconWithLines(IDLE, [], 2, TEMPLATE_COLOURS)).toBeNull();
});
