/**
 * Digits for the tray's icon: strokes like those of a seven-segment display, on whole pixels, so that
 * they are sharp at 16 pixels too.
 */

/** A filled rectangle, pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The strokes of each character: top, upper left, upper right, middle, lower left, lower right, bottom. */
const STROKES: Readonly<Record<string, string>> = {
  '0': 'TLRlrB',
  '1': 'Ll',
  '2': 'TRMlB',
  '3': 'TRMrB',
  '4': 'LRMr',
  '5': 'TLMrB',
  '6': 'TLMlrB',
  '7': 'TRr',
  '8': 'TLRMlrB',
  '9': 'TLRMrB',
  // Two arms that end where the middle stroke does: with a closed one it would be an h.
  k: 'LlKUr',
  '.': '.',
};

/** Characters that are one stroke wide. */
const NARROW = { '.': true, '1': true };

/** At most so many characters fit; a point takes little room. */
const MOST = 4;

/** The rectangles of a text of digits in a square of `size` pixels. `isNarrow` leaves room for a `!`. */
export function digitBoxes(text: string, size: number, isNarrow = false): Box[] {
  const characters = Array.from(text)
    .filter((each) => each in STROKES)
    .slice(0, MOST);
  const width = isNarrow ? size - Math.round(size / 16) - 2 * Math.round(size / 7) : size;
  const gap = Math.max(1, Math.round(size / 16));
  const points = characters.filter((each) => each in NARROW).length;
  const wide = characters.length - points;
  const line = strokeOf(size, isNarrow ? characters.length + 1 : wide);
  const room = width - gap * (characters.length - 1) - line * points;
  const cell = Math.max(3, Math.min(Math.floor(size / 2.4), Math.floor(room / Math.max(1, wide))));
  const height = Math.min(Math.round(size * 0.75), Math.round(cell * 2.4));
  const used = cell * wide + line * points + gap * (characters.length - 1);
  let left = Math.max(0, Math.floor((width - used) / 2));
  const top = Math.floor((size - height) / 2);
  return characters.flatMap((character) => {
    const right = left + (character in NARROW ? line : cell);
    const boxes = strokesOf(character, { left, top, right, bottom: top + height }, line);
    left = right + gap;
    return boxes;
  });
}

/** Three wide digits, and two beside a mark, leave room for thinner strokes only. */
function strokeOf(size: number, characters: number): number {
  return Math.max(
    1,
    characters > 2 ? Math.floor(size / (characters > 3 ? 16 : 12)) : Math.round(size / 9),
  );
}

function strokesOf(character: string, { left, right, top, bottom }: Box, line: number): Box[] {
  const middle = top + Math.round((bottom - top - line) / 2);
  const boxes: Readonly<Record<string, Box>> = {
    T: { left, right, top, bottom: top + line },
    B: { left, right, top: bottom - line, bottom },
    M: { left, right, top: middle, bottom: middle + line },
    L: { left, right: left + line, top, bottom: middle + line },
    l: { left, right: left + line, top: middle, bottom },
    R: { left: right - line, right, top, bottom: middle + line },
    r: { left: right - line, right, top: middle + line, bottom },
    U: { left: right - line, right, top: top + Math.round((middle - top) / 3), bottom: middle },
    K: { left, right: right - line, top: middle, bottom: middle + line },
    '.': { left, right, top: bottom - line, bottom },
  };
  return Array.from(STROKES[character] ?? '').flatMap((stroke) => boxes[stroke] ?? []);
}
