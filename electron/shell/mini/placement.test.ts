import { describe, expect, test } from 'vitest';
import { miniSize, placeMini, resized } from './placement.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1040 };
const RIGHT = { x: 1920, y: 0, width: 1280, height: 1024 };
const SIZE = { width: 320, height: 70 };

describe('a first place', () => {
  test('is the lower right corner of the first screen', () => {
    expect(placeMini(null, SIZE, [SCREEN, RIGHT])).toEqual({ x: 1584, y: 954, ...SIZE });
  });

  test('is on the screen even if that is smaller than the window', () => {
    const tiny = { x: 10, y: 20, width: 200, height: 50 };
    expect(placeMini(null, SIZE, [tiny])).toEqual(tiny);
  });
});

describe('a saved place', () => {
  test('is kept, on any screen', () => {
    for (const at of [
      { x: 40, y: 30 },
      { x: 2_000, y: 500 },
    ]) {
      expect(placeMini({ ...at, ...SIZE }, SIZE, [SCREEN, RIGHT])).toEqual({ ...at, ...SIZE });
    }
  });

  test('that hangs over an edge is moved into the work area', () => {
    expect(placeMini({ x: -50, y: 1_020, ...SIZE }, SIZE, [SCREEN])).toEqual({
      ...{ x: 0, y: 970 },
      ...SIZE,
    });
  });

  test('on a monitor that is gone is moved to the first one', () => {
    const place = placeMini({ x: 2_500, y: 500, ...SIZE }, SIZE, [SCREEN]);
    expect(place).toEqual({ x: 1_600, y: 500, ...SIZE });
  });
});

describe('another size', () => {
  const card = { width: 320, height: 240 };

  test('keeps the corner that is nearest to one of the screen', () => {
    const low = { x: 1_600, y: 970, ...SIZE };
    expect(resized(low, card, [SCREEN])).toEqual({ x: 1_600, y: 800, ...card });
    expect(resized({ x: 0, y: 0, ...SIZE }, card, [SCREEN])).toEqual({ x: 0, y: 0, ...card });
  });

  test('and back again is the same place', () => {
    const at = { x: 1_500, y: 900, ...SIZE };
    const line = { width: 420, height: 34 };
    expect(resized(resized(at, line, [SCREEN]), SIZE, [SCREEN])).toEqual(at);
  });
});

test('a card grows with its models, up to six and a row that counts the rest', () => {
  const heights = [0, 1, 2, 6, 7, 40].map((models) => miniSize('card', models).height);
  expect(heights).toEqual([111, 111, 135, 231, 255, 255]);
  expect(miniSize('line', 3)).toEqual(miniSize('line', 0));
});
