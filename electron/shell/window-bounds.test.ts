import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadBounds, minSize, placeWindow, saveBounds, withoutShift } from './window-bounds.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };
const left = { x: -1920, y: 0, width: 1920, height: 1080 };
const saved = { x: 100, y: 50, width: 900, height: 700 };

test('the first window is centred in its default size', () => {
  expect(placeWindow(null, [screen])).toEqual({ width: 1080, height: 760 });
});

test('a window reopens at its last position', () => {
  expect(placeWindow(saved, [screen])).toEqual(saved);
  expect(placeWindow({ ...saved, x: -1800 }, [screen, left])).toEqual({ ...saved, x: -1800 });
});

test('a window on a removed monitor keeps its size and is centred', () => {
  expect(placeWindow({ ...saved, x: -1800 }, [screen])).toEqual({ width: 900, height: 700 });
  expect(placeWindow({ ...saved, y: 2000 }, [screen])).toEqual({ width: 900, height: 700 });
});

test('a window is never larger than the screen, nor smaller than readable', () => {
  const small = { x: 0, y: 0, width: 800, height: 600 };
  expect(placeWindow(null, [small])).toEqual({ width: 800, height: 600 });
  expect(placeWindow({ ...saved, width: 10, height: 10 }, [screen])).toMatchObject({
    width: 360,
    height: 480,
  });
});

test('on a screen of few pixels, as with a large scale, a window is no larger than the screen', () => {
  const tiny = { x: 0, y: 0, width: 320, height: 400 };
  expect(placeWindow(saved, [tiny])).toMatchObject({ width: 320, height: 400 });
  expect(minSize(tiny)).toEqual({ width: 320, height: 400 });
  expect(minSize(screen)).toEqual({ width: 360, height: 480 });
});

test('a window manager’s shift by the title bar is not saved', () => {
  const shown = { ...saved, y: saved.y + 20 };
  expect(withoutShift(shown, saved, shown)).toEqual(saved);
  expect(withoutShift({ ...shown, x: 300, y: 420 }, saved, shown)).toMatchObject({
    x: 300,
    y: 400,
  });
  // A window manager that places windows by itself is no frame.
  const elsewhere = { ...saved, x: 700 };
  expect(withoutShift(elsewhere, saved, elsewhere)).toEqual(elsewhere);
  expect(withoutShift(shown, null, null)).toEqual(shown);
});

test('a title bar above the screen is pulled down to it', () => {
  expect(placeWindow({ ...saved, y: -30 }, [screen])).toMatchObject({ y: 0 });
});

test('bounds are restored from the file, and a broken file is ignored', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tokwatt-bounds-')), 'window.json');
  expect(loadBounds(file)).toBeNull();
  saveBounds(file, { ...saved, state: 'maximized' });
  expect(loadBounds(file)).toEqual({ ...saved, state: 'maximized' });
  // Files of earlier versions have no state.
  writeFileSync(file, JSON.stringify(saved));
  expect(loadBounds(file)).toEqual({ ...saved, state: 'normal' });
  writeFileSync(file, '{"x":"left"}');
  expect(loadBounds(file)).toBeNull();
});
