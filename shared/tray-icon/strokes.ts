/**
 * Letters for the tray as strokes, so that two lines of them are sharp in a menu bar at every scale.
 *
 * A glyph is a list of lines through points. A point is two base-17 digits, x and y, in half units:
 * capitals stand from y 0 to 12 (`c`), small letters begin at 4, tails end at 16 (`g`).
 */

const GLYPHS: Readonly<Record<string, string>> = {
  '0': '2060828a6c2c0a0220',
  '1': '13404c',
  '2': '02206082840c8c',
  '3': '02206082846636 66888a6c2c0a',
  '4': '6c600888',
  '5': '8010052565878a6c2c0a',
  '6': '7030040a2c6c8a88662608',
  '7': '00803c',
  '8': '206082846626040220 26080a2c6c8a8866',
  '9': '1c5c888260200204266684',
  '.': '1b1c',
  ',': '1b0e',
  ':': '1516 1b1c',
  '!': '1018 1b1c',
  '?': '022060828447 4b4c',
  '/': '0d60',
  '%': '2042240220 0c80 688a6c4a68',
  '°': '2042240220',
  '+': '444c 0888',
  '-': '1868',
  '–': '0888',
  _: '0d8d',
  '=': '0686 0a8a',
  '≈': '06255776 0a295b7a',
  '·': '1718',
  '(': '30131a3d',
  ')': '00232a0d',
  '→': '0888 55885b',
  '↑': '404c 044084',
  '↓': '404c 084c88',
  $: '82602002042666888a6c2c0a 404c',
  '€': '82604012 121a4c6c8a 0555 0757',
  '£': '826040222a0c8c 0767',
  '¥': '004680 464c 1777 1a7a',
  A: '0c408c 1878',
  B: '000c6c8a8866 066684826000',
  C: '82602002 020a2c6c8a',
  D: '000c5c89835000',
  E: '80000c8c 0666',
  F: '80000c 0666',
  G: '826020020a2c6c8a8747',
  H: '000c 808c 0686',
  I: '101c',
  J: '606a4c2c0a',
  K: '000c 8007 358c',
  L: '000c8c',
  M: '0c0047808c',
  N: '0c008c80',
  O: '3060929a6c3c0a0230',
  P: '0c006082846606',
  Q: '3060929a6c3c0a0230 699d',
  R: '0c006082846606 468c',
  S: '82602002042666888a6c2c0a',
  T: '0080 404c',
  U: '000a2c6c8a80',
  V: '004c80',
  W: '002c436c80',
  X: '008c 800c',
  Y: '004680 464c',
  Z: '00800c8c',
  a: '747c 765424060a2c5c7a',
  b: '000c 062454767a5c2c0a',
  c: '765424060a2c5c7a',
  d: '707c 765424060a2c5c7a',
  e: '0878765424060a2c5c7b',
  f: '6040222c 0454',
  g: '747e5g2g0f 765424060a2c5c7a',
  h: '000c 062454767c',
  i: '141c 1011',
  j: '242e1g0g 2021',
  k: '000c 6409 386c',
  l: '101b2c3c',
  m: '040c 062434565c 567484a6ac',
  n: '040c 062454767c',
  o: '2454767a5c2c0a0624',
  p: '040g 062454767a5c2c0a',
  q: '747g 765424060a2c5c7a',
  r: '040c 07244454',
  s: '755424050628587a7b5c2c0b',
  t: '202a4c6c 0454',
  u: '040a2c5c7a 747c',
  v: '043c64',
  w: '042c456c84',
  x: '046c 640c',
  y: '043c 641g',
  z: '04640c6c',
};

/** Where a stroke is, in units: a capital is 6 high. */
export type Stroke = readonly [x0: number, y0: number, x1: number, y1: number];

/** Space between two glyphs, and the width of a space, units. */
const GAP = 1.7;
const SPACE = 2.2;
/** All digits take the same room, so that figures do not move their neighbours. */
const DIGIT = 4;

/** The strokes of one line of text, from x 0, and its width, units; null if a letter is not among the glyphs. */
export function strokesOfText(
  text: string,
): { readonly strokes: readonly Stroke[]; readonly width: number } | null {
  const strokes: Stroke[] = [];
  let left = 0;
  for (const character of text) {
    if (/\s/u.test(character)) {
      left += SPACE + GAP;
      continue;
    }
    const lines = GLYPHS[character]?.split(' ').map(pointsOf);
    if (lines === undefined) return null;
    for (const points of lines) {
      for (const [at, [x, y]] of points.slice(1).entries()) {
        const [fromX = 0, fromY = 0] = points[at] ?? [];
        strokes.push([left + fromX, fromY, left + x, y]);
      }
    }
    const wide = Math.max(...lines.flat().map(([x]) => x));
    left += (/\d/.test(character) ? DIGIT : wide) + GAP;
  }
  return { strokes, width: Math.max(0, left - GAP) };
}

function pointsOf(line: string): readonly (readonly [number, number])[] {
  return (line.match(/../g) ?? []).map(([x = '0', y = '0']) => [
    Number.parseInt(x, 17) / 2,
    Number.parseInt(y, 17) / 2,
  ]);
}
