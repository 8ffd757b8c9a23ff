import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { amount, joined, sentence } from '../../../shared/sentences.ts';
import type { Message, PlainCode, Sentence } from '../../../shared/sentences.ts';
import type { JsonDocument } from '../json-document.ts';
import { makeDataDir, unusableDataDir } from './data-dir.ts';
import { jsonObjectFault } from './json-fault.ts';
import { fileSecrets, isKeysDocument } from '../settings/secret-store.ts';
import type { SecretStore } from '../settings/secret-store.ts';
import { unknownSettings } from '../settings/setting-names.ts';

/** The documents that Tokwatt keeps between runs, apart from the ledger. */
export interface StateStore {
  readonly settings: JsonDocument & { readonly path: string };
  readonly totals: JsonDocument;
  /** The exporters' state, such as how far each has sent. */
  readonly exporters: JsonDocument;
  /** The user's list of models: favourites and the default. */
  readonly models: JsonDocument;
  /** Downloads of models. */
  readonly pulls: JsonDocument;
  /** How often models were loaded. */
  readonly modelLoads: JsonDocument;
  /** The names and colours that the user gave to clients. */
  readonly clients: JsonDocument;
  /** The ports of servers that were taken over. */
  readonly takeovers: JsonDocument;
  /** The insights that the user dismissed. */
  readonly insights: JsonDocument;
  /** Speed and power of answers at each power limit of a GPU. */
  readonly powerLimits: JsonDocument;
  /** The tariffs of electricity, each with the time from which it held. */
  readonly tariffs: JsonDocument;
  /** Prices of electricity by the hour. */
  readonly hourlyPrices: JsonDocument;
  /** The list of token prices that the user imported. */
  readonly tokenPrices: JsonDocument;
  /** The API keys of upstreams. */
  readonly secrets: SecretStore;
  /** Files set aside while opening and unknown settings. Each warning is to be shown once. */
  readonly warnings: readonly Message[];
}

/** True if this version can read the document. */
export type DocumentCheck = (document: Record<string, unknown>) => boolean;

interface DocumentKind {
  readonly name: string;
  /** The file's name in earlier versions. Such a file is renamed. */
  readonly earlierName?: string;
  readonly isValid?: DocumentCheck;
  /** The consequence of setting the file aside, for the warning. */
  readonly without?: PlainCode;
}

const KEYS: DocumentKind = {
  name: 'api-keys',
  isValid: isKeysDocument,
  without: 'without_keys',
};
const SETTINGS: DocumentKind = {
  name: 'settings',
  without: 'without_settings',
};
/** Most unknown settings named in one warning. */
const NAMED = 10;

/** The part of the interface that conf and electron-store share. */
export interface ConfLike {
  /** The file. */
  readonly path: string;
  store: Record<string, unknown>;
}

/** Only the owner may read the files: totals contain names of models and clients. */
export const PRIVATE_FILE = 0o600;

/**
 * Opens `NAME.json` in a folder, with `new Conf(…)` when headless and electron-store on the
 * desktop.
 */
export type OpenConf = (name: string, folder: string) => ConfLike;

/**
 * Opens the documents in `folder`, and creates the folder if it is missing. A file that is not
 * JSON, or has a form unknown to this version, is set aside under a new name with a warning; it is
 * never overwritten. Unknown settings are kept, with a warning. Throws a `data-dir` error if the
 * folder cannot be created or read.
 *
 * @param secretsIn the store over the document of the keys; the document itself unless given
 */
export function openStateStore(
  folder: string,
  open: OpenConf,
  isTotalsDocument: DocumentCheck,
  secretsIn: (document: JsonDocument) => SecretStore = fileSecrets,
): StateStore {
  const warnings: Message[] = [];
  const document = (kind: DocumentKind): JsonDocument & { readonly path: string } =>
    openDocument(folder, kind, open, warnings);
  makeDataDir(folder);
  try {
    const settings = document(SETTINGS);
    const ignored = ignoredSettings(settings.path, settings.read());
    if (ignored !== null) warnings.push(ignored);
    return {
      settings,
      totals: document({ name: 'totals', isValid: isTotalsDocument }),
      exporters: document({ name: 'exporters', earlierName: 'outlets' }),
      models: document({ name: 'models' }),
      pulls: document({ name: 'pulls' }),
      modelLoads: document({ name: 'model-loads' }),
      clients: document({ name: 'clients' }),
      takeovers: document({ name: 'takeovers' }),
      insights: document({ name: 'insights' }),
      powerLimits: document({ name: 'power-limits' }),
      tariffs: document({ name: 'tariffs' }),
      tokenPrices: document({ name: 'token-prices' }),
      hourlyPrices: document({ name: 'hourly-prices' }),
      secrets: secretsIn(document(KEYS)),
      warnings,
    };
  } catch (error) {
    throw unusableDataDir(folder, error);
  }
}

/** Opens one document. What is wrong with it is added to `warnings`. */
function openDocument(
  folder: string,
  kind: DocumentKind,
  open: OpenConf,
  warnings: Message[],
): JsonDocument & { readonly path: string } {
  takeEarlierFile(folder, kind);
  const warning = setAsideIfCorrupt(folder, kind);
  if (warning !== null) warnings.push(warning);
  const conf = open(kind.name, folder);
  return {
    path: conf.path,
    read: () => conf.store,
    write: (value) => {
      conf.store = value;
    },
  };
}

function takeEarlierFile(folder: string, { name, earlierName }: DocumentKind): void {
  if (earlierName === undefined) return;
  const [earlier, file] = [join(folder, `${earlierName}.json`), join(folder, `${name}.json`)];
  if (existsSync(earlier) && !existsSync(file)) renameSync(earlier, file);
}

function setAsideIfCorrupt(folder: string, kind: DocumentKind): Sentence | null {
  const file = join(folder, `${kind.name}.json`);
  if (!existsSync(file)) return null;
  const fault = faultOf(readFileSync(file), kind);
  if (fault === null) return null;
  const aside = file.replace(/\.json$/, `.corrupt-${stamp(Date.now())}.json`);
  renameSync(file, aside);
  const without = { text: kind.without ?? 'without_it' };
  return sentence('file_set_aside', { file, fault, aside, without });
}

function faultOf(bytes: Buffer, { isValid }: DocumentKind): Message | null {
  const fault = documentFault(bytes);
  if (fault !== null || isValid === undefined) return fault;
  const isKnown = isValid(JSON.parse(withoutMark(bytes)) as Record<string, unknown>);
  return isKnown ? null : sentence('form_unknown');
}

/** Explains why a file is not a JSON object in UTF-8, with the line and column; null if it is one. */
export function documentFault(bytes: Buffer): Message | null {
  // Some editors call this encoding "Unicode".
  if (/^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2))) return sentence('is_utf16');
  return jsonObjectFault(withoutMark(bytes));
}

/** The text. Some editors write a byte order mark before UTF-8. It is not JSON; conf ignores it too. */
export function withoutMark(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** A warning that names the unknown settings of a document; null if there are none. */
export function ignoredSettings(file: string, document: Record<string, unknown>): Sentence | null {
  const unknown = unknownSettings(document);
  if (unknown.length === 0) return null;
  const names = unknown.slice(0, NAMED).map(({ path, likely }) => {
    return likely === null ? path : sentence('is_meant', { path, likely });
  });
  const listed = joined('and_names', names) ?? '';
  const count = amount(unknown.length - NAMED, 'count');
  const all = unknown.length > NAMED ? sentence('and_more', { names: listed, count }) : listed;
  return sentence('settings_ignored', { file, names: all });
}

/** Sortable and valid in file names on all systems: `20261121T040506123`. */
function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:.Z]/g, '');
}
