import { useMemo } from 'react';
import { huesOfPage } from './assign.ts';
import { ColorMemory } from './memory.ts';

/** The colour of what has no hue of its own. */
export const OTHERS_COLOR = 'var(--series-others)';

/** Series that have the same meaning everywhere and a colour of their own. */
const FIXED: ReadonlyMap<string, string> = new Map([
  ['output', 'var(--output)'],
  ['input', 'var(--input)'],
  ['others', OTHERS_COLOR],
]);

let memory: ColorMemory | null = null;

function shared(): ColorMemory {
  memory ??= new ColorMemory(browserStorage());
  return memory;
}

/** Reading `localStorage` throws where the browser forbids it. */
function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** The colour of a single series, as a CSS value that follows the theme. */
export function colorOf(key: string): string {
  return FIXED.get(key) ?? hue(shared().assign([key]).get(key) ?? null);
}

/** The colours of a page's series, all different; grey from the ninth on. */
export function colorsOf(keys: readonly string[]): (key: string) => string {
  const named = keys.filter((key) => !FIXED.has(key));
  const hues = huesOfPage(shared().assign(named), named);
  return (key) => FIXED.get(key) ?? (hues.has(key) ? hue(hues.get(key) ?? null) : colorOf(key));
}

/**
 * The colours of a page's series.
 * @param keys the most important first; from the ninth on they are grey
 */
export function useColors(keys: readonly string[]): (key: string) => string {
  // A list made anew for each drawing is the same list if its keys are.
  const identity = JSON.stringify(keys);
  return useMemo(() => colorsOf(JSON.parse(identity) as string[]), [identity]);
}

function hue(index: number | null): string {
  return index === null ? OTHERS_COLOR : `var(--series-${index + 1})`;
}
