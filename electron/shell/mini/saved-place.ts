import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { rectangle } from '../window-bounds.ts';

const saved = v.object({ ...rectangle.entries, isOpen: v.optional(v.boolean(), false) });

/** Where the mini monitor was, and whether it was open. */
export type SavedMini = v.InferOutput<typeof saved>;

/** The saved place; null if there is none or it is not usable. */
export function loadMini(file: string): SavedMini | null {
  try {
    const parsed = v.safeParse(saved, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Saves the place. If that fails, the next monitor opens in its corner. */
export function saveMini(file: string, mini: SavedMini): void {
  try {
    writeFileSync(file, `${JSON.stringify(mini)}\n`);
  } catch {
    // The user is not informed, because only the position of a window is lost.
  }
}
