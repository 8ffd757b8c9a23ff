import { HUES, remember } from './assign.ts';
import type { Assigned } from './assign.ts';

/** `{"version":1,"hues":[["qwen3:8b",4],…]}` in the order of assignment. */
const STORAGE_KEY = 'tokwatt.series-hues';
const VERSION = 1;

/** The part of `localStorage` that is used. */
export type ColorStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Remembers the hues of keys in the browser's storage. Without storage it remembers while the page is open. */
export class ColorMemory {
  readonly #storage: ColorStorage | null;
  #assigned: Assigned;

  constructor(storage: ColorStorage | null) {
    this.#storage = storage;
    this.#assigned = read(storage);
  }

  /** The hues of all keys known, those of `keys` among them. */
  assign(keys: readonly string[]): Assigned {
    const next = remember(this.#assigned, keys);
    if (next !== this.#assigned) {
      this.#assigned = next;
      this.#write();
    }
    return next;
  }

  #write(): void {
    try {
      const text = JSON.stringify({ version: VERSION, hues: [...this.#assigned] });
      this.#storage?.setItem(STORAGE_KEY, text);
    } catch {
      // Full or forbidden storage: the colours hold until the page is closed.
    }
  }
}

function read(storage: ColorStorage | null): Assigned {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(STORAGE_KEY) ?? 'null');
    if (typeof stored !== 'object' || stored === null || !('hues' in stored)) return new Map();
    return new Map(Array.isArray(stored.hues) ? stored.hues.filter(isEntry) : []);
  } catch {
    return new Map();
  }
}

function isEntry(entry: unknown): entry is [string, number] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const hue: unknown = entry[1];
  return typeof hue === 'number' && Number.isInteger(hue) && hue >= 0 && hue < HUES;
}
