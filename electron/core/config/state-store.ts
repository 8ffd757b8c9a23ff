import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { unusableDataDir } from './data-dir.ts';
import { isTotalsDocument } from '../stats/checkpoint.ts';

/** A small JSON document on disk. Read it once, keep the value in memory, write it rarely. */
export interface JsonDocument {
  /** The whole document; an empty object if there is none. */
  read(): Record<string, unknown>;
  /** Replaces the whole document atomically. Throws a system error if it cannot. */
  write(value: Record<string, unknown>): void;
}

/** What Tokwatt keeps between runs, apart from the ledger. */
export interface StateStore {
  readonly settings: JsonDocument;
  readonly totals: JsonDocument;
  /** What outlets remember: how far each has sent, for one. */
  readonly outlets: JsonDocument;
  /** The user's list of models: favourites and the default. */
  readonly models: JsonDocument;
  /** What was set aside while opening; each to be shown once. */
  readonly warnings: readonly string[];
}

type Check = (document: Record<string, unknown>) => boolean;

/** conf and electron-store have this in common. */
export interface ConfLike {
  store: Record<string, unknown>;
}

/** Totals name models and clients: they are their owner's business. */
export const PRIVATE_FILE = 0o600;

/** Opens `NAME.json` in a folder: `new Conf(…)` when headless, electron-store on the desktop. */
export type OpenConf = (name: string, folder: string) => ConfLike;

/**
 * Opens the documents in `folder`, making the folder if need be. A file that is not JSON, or whose
 * totals have a form this version does not know, is set aside under a new name and said so; it
 * is never overwritten. Throws a `data-dir` error if the
 * folder cannot be made or read.
 */
export function openStateStore(folder: string, open: OpenConf): StateStore {
  const warnings: string[] = [];
  const document = (name: string, isValid: Check): JsonDocument => {
    const file = join(folder, `${name}.json`);
    const warning = setAsideIfCorrupt(file, isValid);
    if (warning !== null) warnings.push(warning);
    const conf = open(name, folder);
    return {
      read: () => conf.store,
      write: (value) => {
        conf.store = value;
      },
    };
  };
  try {
    mkdirSync(folder, { recursive: true });
    return {
      settings: document('settings', () => true),
      totals: document('totals', isTotalsDocument),
      outlets: document('outlets', () => true),
      models: document('models', () => true),
      warnings,
    };
  } catch (error) {
    throw unusableDataDir(folder, error);
  }
}

function setAsideIfCorrupt(file: string, isValid: Check): string | null {
  if (!existsSync(file)) return null;
  const value = parseObject(readFileSync(file, 'utf8'));
  if (value !== null && isValid(value)) return null;
  const aside = file.replace(/\.json$/, `.corrupt-${stamp(Date.now())}.json`);
  renameSync(file, aside);
  return `${file} could not be read and was set aside as ${aside}; starting without it.`;
}

function parseObject(content: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return { ...value };
  } catch {
    return null;
  }
}

/** Sortable, and legal in file names everywhere: `20261121T040506123`. */
function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:.Z]/g, '');
}
