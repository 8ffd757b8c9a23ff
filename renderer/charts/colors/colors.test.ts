import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HUES, huesOfPage, remember } from './assign.ts';
import { ColorMemory } from './memory.ts';
import type { ColorStorage } from './memory.ts';

const keys = (count: number, name = 'model'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

function storage(): ColorStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
  };
}

describe('hues of series', () => {
  it('are all different for the first eight', () => {
    const assigned = remember(new Map(), keys(8));
    expect(new Set(assigned.values()).size).toBe(HUES);
  });

  it('stay when others come, in any order, and after a restart', () => {
    const kept = storage();
    const before = new ColorMemory(kept).assign(['qwen3:8b', 'llama3.2:3b']);
    const after = new ColorMemory(kept).assign([...keys(20), 'llama3.2:3b', 'qwen3:8b']);
    for (const [key, hue] of before) expect(after.get(key)).toBe(hue);
  });

  it('depend on the name alone on a new machine', () => {
    expect(remember(new Map(), ['qwen3:8b'])).toEqual(remember(new Map(), ['qwen3:8b']));
    expect(new Set(keys(40).map((key) => remember(new Map(), [key]).get(key))).size).toBe(HUES);
  });

  it('differ on one page also where the remembered ones collide', () => {
    const assigned = remember(new Map(), keys(30));
    const page = keys(30).filter((_, index) => index % 4 === 0);
    const hues = page.map((key) => huesOfPage(assigned, page).get(key));
    expect(new Set(hues).size).toBe(page.length);
    // The one assigned first keeps its own.
    expect(hues[0]).toBe(assigned.get(page[0]!));
  });

  it('are "others" from the ninth on', () => {
    const page = keys(10);
    const hues = huesOfPage(remember(new Map(), page), page);
    expect(page.map((key) => hues.get(key)).filter((hue) => hue === null)).toHaveLength(2);
    expect(hues.get('model-9')).toBeNull();
  });

  it('survive a storage that is broken or forbidden', () => {
    const broken: ColorStorage = {
      getItem: () => '{"version":1,"hues":[["a",99],"b",["c",2]]}',
      setItem: () => {
        throw new Error('full');
      },
    };
    const memory = new ColorMemory(broken);
    expect([...memory.assign(['a'])].map(([key]) => key)).toEqual(['c', 'a']);
    expect(new ColorMemory(null).assign(['a']).size).toBe(1);
  });
});

describe('the palette', () => {
  const css = readFileSync(join(import.meta.dirname, '../../theme/tokens.css'), 'utf8');
  const hex = (name: string, scheme: number): string =>
    [...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, 'g'))][scheme]![1]!;

  it.each([
    ['light', 0],
    ['dark', 1],
  ])('holds apart for colour-blind eyes and on the %s surface', (_, scheme) => {
    const surface = linear(hex('surface', scheme));
    const hues = Array.from({ length: HUES }, (__, i) => linear(hex(`series-${i + 1}`, scheme)));
    for (const hue of hues) expect(contrast(hue, surface)).toBeGreaterThan(3);
    for (const vision of VISIONS)
      for (const [index, a] of hues.entries())
        for (const b of hues.slice(index + 1))
          expect(distance(seenWith(vision, a), seenWith(vision, b))).toBeGreaterThan(0.09);
  });
});

type Rgb = [number, number, number];

/** Full vision, then protanopia, deuteranopia and tritanopia after Machado, Oliveira and Fernandes (2009). */
const VISIONS = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
];

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

function product(matrix: readonly number[], [x, y, z]: Rgb): Rgb {
  return [0, 3, 6].map(
    (row) => matrix[row]! * x + matrix[row + 1]! * y + matrix[row + 2]! * z,
  ) as Rgb;
}

function seenWith(vision: readonly number[], rgb: Rgb): Rgb {
  return product(vision, rgb).map((c) => Math.max(0, c)) as Rgb;
}

/** Distance in OKLab. */
function distance(a: Rgb, b: Rgb): number {
  const lab = (rgb: Rgb): Rgb =>
    product(
      [
        ...[0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099],
        ...[0.0259040371, 0.7827717662, -0.808675766],
      ],
      product(
        [
          ...[0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566],
          ...[0.0883024619, 0.2817188376, 0.6299787005],
        ],
        rgb,
      ).map(Math.cbrt) as Rgb,
    );
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

function contrast(a: Rgb, b: Rgb): number {
  const light = ([r, g, blue]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * blue + 0.05;
  return Math.max(light(a), light(b)) / Math.min(light(a), light(b));
}
