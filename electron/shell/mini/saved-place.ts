import * as v from 'valibot';
import { loadPlace, savePlace } from '../place-file.ts';
import { rectangle } from '../window-bounds.ts';

const saved = v.object({ ...rectangle.entries, isOpen: v.optional(v.boolean(), false) });

/** Where the mini monitor was, and whether it was open. */
export type SavedMini = v.InferOutput<typeof saved>;

/** The saved place; null if there is none or it is not usable. */
export function loadMini(file: string): SavedMini | null {
  return loadPlace(saved, file);
}

/** Saves the place. If that fails, the next monitor opens in its corner. */
export function saveMini(file: string, mini: SavedMini): void {
  savePlace(file, mini);
}
