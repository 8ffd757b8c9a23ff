import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonDocument } from '../json-document.ts';
import { makeDataDir, unusableDataDir } from './data-dir.ts';
import { jsonObjectFault } from './json-fault.ts';
import { fileSecrets, isKeysDocument } from '../settings/secret-store.ts';
import type { SecretStore } from '../settings/secret-store.ts';
import { unknownSettings } from '../settings/setting-names.ts';

/** What Tokwatt keeps between runs, apart from the ledger. */
export interface StateStore {
  readonly settings: JsonDocument;
  readonly totals: JsonDocument;
  /** What exporters remember: how far each has sent, for one. */
  readonly exporters: JsonDocument;
  /** The user's list of models: favourites and the default. */
  readonly models: JsonDocument;
  /** The API keys of upstreams. */
  readonly secrets: SecretStore;
  /** What was set aside while opening, and which settings nobody knows; each to be shown once. */
  readonly warnings: readonly string[];
}

/** True if this version can read a document of this form. */
export type DocumentCheck = (document: Record<string, unknown>) => boolean;

interface DocumentKind {
  readonly name: string;
  /** The name that earlier versions gave the file; it is renamed. */
  readonly earlierName?: string;
  readonly isValid?: DocumentCheck;
  /** What follows when the file is set aside. */
  readonly without?: string;
}

const KEYS: DocumentKind = {
  name: 'api-keys',
  isValid: isKeysDocument,
  without: 'starting without API keys. Set them again',
};
const SETTINGS: DocumentKind = {
  name: 'settings',
  without: 'starting with the defaults. Correct it and put it back',
};
/** Settings that are named in one warning. */
const NAMED = 10;

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
 * is never overwritten. Settings that nobody knows are named and left alone. Throws a `data-dir`
 * error if the folder cannot be made or read.
 *
 * @param secretsIn the store over the document of the keys; the document itself unless given
 */
export function openStateStore(
  folder: string,
  open: OpenConf,
  isTotalsDocument: DocumentCheck,
  secretsIn: (document: JsonDocument) => SecretStore = fileSecrets,
): StateStore {
  const warnings: string[] = [];
  const document = (kind: DocumentKind): JsonDocument => {
    takeEarlierFile(folder, kind);
    const warning = setAsideIfCorrupt(folder, kind);
    if (warning !== null) warnings.push(warning);
    const conf = open(kind.name, folder);
    return {
      read: () => conf.store,
      write: (value) => {
        conf.store = value;
      },
    };
  };
  makeDataDir(folder);
  try {
    const settings = document(SETTINGS);
    const ignored = ignoredSettings(join(folder, 'settings.json'), settings.read());
    if (ignored !== null) warnings.push(ignored);
    return {
      settings,
      totals: document({ name: 'totals', isValid: isTotalsDocument }),
      exporters: document({ name: 'exporters', earlierName: 'outlets' }),
      models: document({ name: 'models' }),
      secrets: secretsIn(document(KEYS)),
      warnings,
    };
  } catch (error) {
    throw unusableDataDir(folder, error);
  }
}

function takeEarlierFile(folder: string, { name, earlierName }: DocumentKind): void {
  if (earlierName === undefined) return;
  const [earlier, file] = [join(folder, `${earlierName}.json`), join(folder, `${name}.json`)];
  if (existsSync(earlier) && !existsSync(file)) renameSync(earlier, file);
}

function setAsideIfCorrupt(folder: string, kind: DocumentKind): string | null {
  const file = join(folder, `${kind.name}.json`);
  if (!existsSync(file)) return null;
  const fault = faultOf(readFileSync(file), kind);
  if (fault === null) return null;
  const aside = file.replace(/\.json$/, `.corrupt-${stamp(Date.now())}.json`);
  renameSync(file, aside);
  const without = kind.without ?? 'starting without it';
  return `${file} could not be read (${fault}) and was set aside as ${aside}; ${without}.`;
}

function faultOf(bytes: Buffer, { isValid }: DocumentKind): string | null {
  // Some editors' "Unicode".
  if (/^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2))) return 'it is UTF-16; save it as UTF-8';
  // Others put a mark before UTF-8, which is no part of the JSON; conf passes over it too.
  const content = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const fault = jsonObjectFault(content);
  if (fault !== null || isValid === undefined) return fault;
  const isKnown = isValid(JSON.parse(content) as Record<string, unknown>);
  return isKnown ? null : 'this version does not know its form';
}

function ignoredSettings(file: string, document: Record<string, unknown>): string | null {
  const unknown = unknownSettings(document);
  if (unknown.length === 0) return null;
  const names = unknown.slice(0, NAMED).map(({ path, likely }) => {
    return likely === null ? path : `${path} (is ${likely} meant?)`;
  });
  const more = unknown.length > NAMED ? ` and ${unknown.length - NAMED} more` : '';
  return `${file} has settings that do not exist and count for nothing: ${names.join(', ')}${more}. Correct their names or take them out, then restart.`;
}

/** Sortable, and legal in file names everywhere: `20261121T040506123`. */
function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:.Z]/g, '');
}
