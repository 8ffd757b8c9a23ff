/** Which of the hues a series has, so that a model keeps its colour over pages and days. */

/** The hues `--series-1` … `--series-8` of theme/tokens.css. */
export const HUES = 8;
/** Keys that are remembered; the ones assigned first are forgotten first. */
const MOST_REMEMBERED = 400;

/** The hue of each key, 0 to 7, in the order of assignment. */
export type Assigned = ReadonlyMap<string, number>;

/**
 * The hues remembered, with those of new keys. A new key gets a hue that the fewest keys have, so the first eight all
 * differ; among equals its hash decides, so that it is likely to get the same one on another machine.
 */
export function remember(assigned: Assigned, keys: readonly string[]): Assigned {
  const fresh = [...new Set(keys)].filter((key) => !assigned.has(key));
  if (fresh.length === 0) return assigned;
  const next = new Map(assigned);
  for (const key of fresh) next.set(key, leastUsed(key, next));
  return new Map([...next].slice(-MOST_REMEMBERED));
}

function leastUsed(key: string, assigned: Assigned): number {
  const uses = Array<number>(HUES).fill(0);
  for (const hue of assigned.values()) uses[hue] = (uses[hue] ?? 0) + 1;
  const fewest = Math.min(...uses);
  const start = hashOf(key) % HUES;
  return hueFrom(start, (hue) => uses[hue] === fewest) ?? start;
}

/** The first hue from `start` on, around the circle, that fits. */
function hueFrom(start: number, fits: (hue: number) => boolean): number | null {
  for (let offset = 0; offset < HUES; offset += 1)
    if (fits((start + offset) % HUES)) return (start + offset) % HUES;
  return null;
}

/**
 * The hues on one page, where no two keys may look alike. Of keys that share a remembered hue the one assigned first
 * keeps it, and the others take one that is free on this page. Keys beyond the eighth have null: "others".
 * @param keys the most important first
 */
export function huesOfPage(
  assigned: Assigned,
  keys: readonly string[],
): ReadonlyMap<string, number | null> {
  const shown = new Set([...new Set(keys)].slice(0, HUES));
  const free = new Set(Array.from({ length: HUES }, (_, hue) => hue));
  const hues = new Map<string, number | null>();
  for (const [key, hue] of assigned) if (shown.has(key) && free.delete(hue)) hues.set(key, hue);
  for (const key of keys) {
    if (hues.has(key)) continue;
    const hue = shown.has(key) ? hueFrom(hashOf(key) % HUES, (each) => free.has(each)) : null;
    if (hue !== null) free.delete(hue);
    hues.set(key, hue);
  }
  return hues;
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  // The low bits of FNV-1a alone spread short names badly.
  return (hash ^ (hash >>> 15)) >>> 0;
}
