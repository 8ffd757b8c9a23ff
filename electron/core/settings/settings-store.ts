import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { TokwattError, systemCode } from '../errors.ts';
import { isPlain, unknownMembers } from './setting-names.ts';
import type { JsonDocument } from '../json-document.ts';
import { keysInMemory, withoutKeys } from './upstream-keys.ts';
import type { UpstreamKeys } from './upstream-keys.ts';

/** Settings that take effect when they change; all others do at the next start. */
const LIVE: readonly (keyof Settings)[] = [
  'alerts',
  'otlp',
  'sinks',
  'reporter',
  'updates',
  'libraryUrl',
  'retention',
];

/** What a change did. */
export interface SettingsChange {
  readonly settings: Settings;
  /** As {@link SettingsFile.restartNeeded} is now. */
  readonly restartNeeded: readonly string[];
}

type Plain = Record<string, unknown>;

/** `settings.json` as it is now. People may edit it too; what is read is read once, at the start. */
export class SettingsFile {
  readonly #document: JsonDocument;
  readonly #keys: UpstreamKeys;
  readonly #listeners = new Set<(settings: Settings) => void>();
  readonly #atStart: Settings;
  #raw: Plain;
  #settings: Settings;
  #saved: Promise<void> = Promise.resolve();

  /** The document must hold valid settings, as `resolveConfig` checks. */
  constructor(document: JsonDocument, keys: UpstreamKeys = keysInMemory()) {
    this.#document = document;
    this.#keys = keys;
    this.#raw = withoutKeys(document.read());
    this.#settings = parsed(this.#raw);
    this.#atStart = this.#settings;
  }

  /** Says of each upstream whether a key is set; holds no key. */
  get current(): Settings {
    return this.#keys.shown(this.#settings);
  }

  /** Names of settings that are others than at the start, and wait for the next one. */
  get restartNeeded(): readonly string[] {
    return changed(this.#atStart, this.#settings).filter((key) => !isLive(key));
  }

  /** Hears every change; returns the remover. */
  onChange(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Changes what a JSON merge patch (RFC 7396) names: an object is merged, `null` brings the default
   * back, anything else replaces. Members that are no settings stay in the file as they are. Throws
   * `bad_request` (400) for what is no valid setting, `settings` (500) if the file cannot be written;
   * nothing has changed then. Keys of upstreams go to their store; see {@link saved}.
   */
  update(patch: Plain): SettingsChange {
    const given = merged(this.#raw, patch);
    const named = parsed(given);
    const fault = faultOf(patch, named, '');
    if (fault !== null) throw badRequest(fault);
    const keys = Object.hasOwn(patch, 'upstreams') ? this.#keys.planned(named.upstreams) : null;
    const raw = withoutKeys(given);
    const settings = parsed(raw);
    try {
      this.#document.write(raw);
    } catch (error) {
      const message = `The settings could not be saved (${systemCode(error) ?? 'failed'}): is the disk full or the data folder read-only?`;
      throw new TokwattError('settings', message, { status: 500, cause: error });
    }
    this.#raw = raw;
    this.#settings = settings;
    this.#saved = keys === null ? Promise.resolve() : this.#keys.set(keys);
    // Whoever asks hears of a failure; nobody has to.
    this.#saved.catch(() => undefined);
    for (const listener of this.#listeners) listener(settings);
    return { settings: this.current, restartNeeded: this.restartNeeded };
  }

  /** Resolves when the keys that changed last are stored. Throws `settings` (500) if they could not be. */
  saved(): Promise<void> {
    return this.#saved;
  }
}

function isLive(key: keyof Settings): boolean {
  return LIVE.includes(key);
}

function changed(before: Settings, after: Settings): (keyof Settings)[] {
  const keys = Object.keys(after) as (keyof Settings)[];
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

function parsed(raw: Plain): Settings {
  const result = parseSettings(raw);
  if (result.ok) return result.settings;
  throw badRequest(result.problems.join('; '));
}

function badRequest(message: string): TokwattError {
  return new TokwattError('bad_request', `${message}.`, { status: 400 });
}

function merged(target: Plain, patch: Plain): Plain {
  const result: Plain = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else if (isPlain(value)) result[key] = merged(isPlain(result[key]) ? result[key] : {}, value);
    else result[key] = value;
  }
  return result;
}

/**
 * What the schema does not see: the first path of the patch that no setting has, or a list in the
 * place of an object. Maps with free keys come back as they went in.
 */
function faultOf(patch: Plain, settings: Plain, prefix: string): string | null {
  for (const [key, value] of Object.entries(patch)) {
    // A member that is to go is gone by now, and one that never was is none the less.
    if (value === null) continue;
    const path = `${prefix}${key}`;
    if (!Object.hasOwn(settings, key)) return `${path}: there is no such setting`;
    const known = settings[key];
    if (Array.isArray(known)) {
      // Lists are replaced whole: in their items nothing goes for being null.
      const [unknown] = unknownMembers(value, known, `${path}.`);
      if (unknown !== undefined) return `${unknown.path}: there is no such setting`;
    }
    if (!isPlain(known)) continue;
    if (!isPlain(value)) return `${path}: must be an object`;
    const inner = faultOf(value, known, `${path}.`);
    if (inner !== null) return inner;
  }
  return null;
}
