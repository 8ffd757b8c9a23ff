import { sentence } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { KeyStorage } from '../../../shared/slices.ts';
import { TokwattError, systemCode, messageOf } from '../errors.ts';
import { badRequest } from './settings-errors.ts';
import { sameDocument } from '../json-document.ts';
import type { JsonDocument } from '../json-document.ts';
import { SILENT_LOG } from '../log.ts';
import type { Log } from '../log.ts';
import {
  WALL_METER_KEY,
  holdersInDocument,
  holdersInPatch,
  holdsKeys,
  planHolders,
  wallMeterUrl,
  withoutKeys,
} from './key-holders.ts';
import { originOf } from './key-plan.ts';
import type { SecretStore, StoredKey } from './secret-store.ts';
import { HIDDEN } from './secrets.ts';

/**
 * Longest time that the start waits for a keychain, milliseconds. A keychain may wait for its user.
 */
const OPEN_MS = 3_000;

type Plain = Record<string, unknown>;

export interface UpstreamKeysOptions {
  readonly store: SecretStore;
  readonly log: Log;
  /** Shows a warning to the user once. */
  readonly onWarning: (message: Message) => void;
  /** Called when the keys of these upstreams have changed. */
  readonly onChange: (upstreams: readonly string[]) => void;
}

/** Holds the API keys of the upstreams and keeps them in a store. No other part holds them. */
export class UpstreamKeys {
  readonly #options: UpstreamKeysOptions;
  #keys: readonly StoredKey[] = [];
  #storage: KeyStorage = 'file';
  #opened: Promise<void> | null = null;
  #saving: Promise<void> = Promise.resolve();
  #isUnsaved = false;

  constructor(options: UpstreamKeysOptions) {
    this.#options = options;
  }

  /**
   * Reads the store, then adopts keys that the user wrote into settings.json. Stops waiting for the
   * store after three seconds; keys that it returns later are used from then on.
   */
  async open(settings: JsonDocument): Promise<void> {
    this.#opened ??= this.#read();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, OPEN_MS);
    });
    await Promise.race([this.#opened, limit]);
    clearTimeout(timer);
    this.adopt(settings);
  }

  /**
   * Applies the keys in a document that the user edited. They are used at once, and removed from
   * the document when the store has saved them. A document without upstreams changes no key: its
   * upstreams may come from flags, or the file was set aside.
   *
   * @param written the checked document; read again if omitted
   */
  adopt(document: JsonDocument, written: Plain = document.read()): void {
    const parsed = parseSettings(written);
    if (!parsed.ok) return;
    // There is no caller to report to, so a "(hidden)" without a stored key is simply ignored.
    const saved = this.set(planHolders(this.#keys, holdersInDocument(parsed.settings)).keys);
    void this.#takeOut(document, written, saved);
  }

  /** Returns the key that was set for this upstream and address; null if there is none. */
  keyOf({ name, url }: { readonly name: string; readonly url: URL }): string | null {
    return this.#keys.find(matching(name, url))?.key ?? null;
  }

  /** Returns where that key is stored; null if there is none. */
  storageOf({ name, url }: { readonly name: string; readonly url: URL }): KeyStorage | null {
    return this.#keys.some(matching(name, url)) ? this.#storage : null;
  }

  /** All keys, for removing them from texts. */
  get secrets(): readonly string[] {
    return this.#keys.map(({ key }) => key);
  }

  /** Returns the settings with `(hidden)` in place of each key, and null where no key is set. */
  shown(settings: Settings): Settings {
    const upstreams = settings.upstreams.map((upstream) => {
      const isSet = this.keyOf({ name: upstream.name, url: new URL(upstream.url) }) !== null;
      return { ...upstream, apiKey: isSet ? HIDDEN : null };
    });
    const { wallMeter } = settings.hardware;
    if (wallMeter === null) return { ...settings, upstreams };
    const token = this.wallMeterToken(wallMeter) === null ? null : HIDDEN;
    return { ...settings, upstreams, hardware: { wallMeter: { ...wallMeter, token } } };
  }

  /** Returns the token that was set for the wall meter and its address; null if there is none. */
  wallMeterToken(meter: { readonly address: string }): string | null {
    const url = wallMeterUrl(meter);
    return url === null ? null : this.keyOf({ name: WALL_METER_KEY, url });
  }

  /**
   * Returns the keys after a merge patch; null if it changes none. `settings` are those with the
   * patch. Throws `bad_request` (400) if an upstream keeps its key with `(hidden)`, but none is
   * stored for its address.
   */
  planned(patch: Plain, settings: Settings): readonly StoredKey[] | null {
    const holders = holdersInPatch(patch, settings);
    if (holders.upstreams === null && holders.wallMeter === null) return null;
    const { keys, unkept } = planHolders(this.#keys, holders);
    const [index] = unkept;
    if (index === undefined) return keys;
    throw badRequest(
      `upstreams.${index}.apiKey: no key is stored for this name and address; send the key itself, or null for none`,
    );
  }

  /**
   * Uses these keys from now on. Resolves when they are stored. Rejects with `settings` (500) if
   * they cannot be stored; then call it again.
   */
  set(keys: readonly StoredKey[]): Promise<void> {
    const changed = namesOfChanged(this.#keys, keys);
    if (changed.length === 0 && !this.#isUnsaved) return Promise.resolve();
    this.#keys = keys;
    this.#isUnsaved = true;
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write());
    if (changed.length > 0) this.#options.onChange(changed);
    return this.#saving;
  }

  async #read(): Promise<void> {
    const { store, onWarning, onChange } = this.#options;
    try {
      const { keys, storage, notice } = await store.read();
      if (notice !== null) onWarning(notice);
      // A key that was set during the read is newer.
      const newer = new Set(this.#keys.map(({ upstream }) => upstream));
      const older = keys.filter(({ upstream }) => !newer.has(upstream));
      this.#keys = [...this.#keys, ...older];
      this.#storage = storage;
      if (older.length > 0) onChange(older.map(({ upstream }) => upstream));
    } catch (error) {
      onWarning(sentence('keys_unread', { reason: reasonOf(error) }));
    }
  }

  /** Writes the present keys, but only after the store was read, so that its keys are not lost. */
  async #write(): Promise<void> {
    await this.#opened;
    const keys = this.#keys;
    try {
      const { storage, notice } = await this.#options.store.write(keys);
      this.#storage = storage;
      this.#isUnsaved = false;
      const upstreams = keys.map(({ upstream }) => upstream);
      this.#options.log.info({ upstreams, storage }, notice ?? 'the API keys were stored');
    } catch (error) {
      const message = sentence('keys_unstored', { reason: reasonOf(error) });
      throw new TokwattError('settings', message, { status: 500, cause: error });
    }
  }

  async #takeOut(document: JsonDocument, written: Plain, saved: Promise<void>): Promise<void> {
    const { onWarning } = this.#options;
    try {
      await saved;
      // A newer version of the document may hold other keys. It is adopted separately.
      if (!holdsKeys(written) || !sameDocument(document.read(), written)) return;
      document.write(withoutKeys(written));
      this.#options.log.info({}, 'API keys were taken out of settings.json into the secret store');
    } catch (error) {
      if (error instanceof TokwattError) onWarning(messageOf(error));
      else onWarning(sentence('keys_not_taken', { reason: reasonOf(error) }));
    }
  }
}

/** Returns keys that last for this run only, for callers without a store. */
export function keysInMemory(): UpstreamKeys {
  return new UpstreamKeys({
    store: {
      read: () => Promise.resolve({ keys: [], storage: 'file', notice: null }),
      write: () => Promise.resolve({ storage: 'file', notice: null }),
    },
    log: SILENT_LOG,
    onWarning: () => undefined,
    onChange: () => undefined,
  });
}

function matching(name: string, url: URL): (key: StoredKey) => boolean {
  return (key) => key.upstream === name && key.origin === originOf(url);
}

function namesOfChanged(before: readonly StoredKey[], after: readonly StoredKey[]): string[] {
  const isIn = (keys: readonly StoredKey[], one: StoredKey): boolean =>
    keys.some(
      ({ upstream, origin, key }) =>
        upstream === one.upstream && origin === one.origin && key === one.key,
    );
  const changed = [
    ...before.filter((one) => !isIn(after, one)),
    ...after.filter((one) => !isIn(before, one)),
  ];
  return [...new Set(changed.map(({ upstream }) => upstream))];
}

/** Returns the error's code if it has one, because a system message may quote the data. */
function reasonOf(error: unknown): string {
  return systemCode(error) ?? 'failed';
}
