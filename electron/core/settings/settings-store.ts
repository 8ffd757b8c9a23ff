import type { OverriddenSetting, WaitingSetting } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import { sameDocument, type JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { effectiveSettings, overriddenSettings } from './effective.ts';
import type { EffectiveSettings, Overrides } from './effective.ts';
import { mergePatch, patchFault } from './merge-patch.ts';
import type { EditedFile } from './edited-file.ts';
import { PreparedParts, type Prepare } from './prepared-parts.ts';
import { waitingSettings } from './restart.ts';
import { badRequest, refusedEdit, unsaved, validSettings } from './settings-errors.ts';
import { holdsKeys, withoutKeys } from './key-holders.ts';
import type { UpstreamKeys } from './upstream-keys.ts';

/** A fault that the schema cannot find: a conflict between settings. */
export interface SettingsFault {
  /** The path of the wrong setting, such as `upstreams.1.name`. */
  readonly path: string;
  /** What is wrong and what to do, as the rest of a sentence. */
  readonly problem: string;
}

/** The result of a change. */
export interface SettingsChange {
  /** The value of {@link SettingsStore.file} after the change. */
  readonly settings: Settings;
  /** The value of {@link SettingsStore.restartNeeded} after the change. */
  readonly restartNeeded: readonly WaitingSetting[];
}

export interface SettingsStoreOptions {
  /** Must hold valid settings; `resolveConfig` checks them. */
  readonly document: JsonDocument;
  readonly overrides: Overrides;
  /** The upstreams if neither the file nor an override names any. */
  readonly fallbackUpstreams: readonly Upstream[];
  /** Returns null if the settings do not conflict. */
  readonly check: (settings: EffectiveSettings) => SettingsFault | null;
  readonly keys: UpstreamKeys;
  readonly log: Log;
  /**
   * The settings file, which users may edit during the run. Without it, only `update` changes
   * settings.
   */
  readonly edited?: EditedFile;
}

/** What a part of the core needs to follow the settings. */
export type ObservedSettings = Pick<SettingsStore, 'current' | 'onChange'>;

type Plain = Record<string, unknown>;

/**
 * The one source of settings: the file, overridden by flags and the environment. Other parts read
 * `current` or listen to changes; they keep no copies.
 */
export class SettingsStore {
  readonly #options: SettingsStoreOptions;
  readonly #listeners = new Set<(settings: EffectiveSettings) => void>();
  readonly #parts = new PreparedParts();
  readonly #atStart: EffectiveSettings;
  #raw: Plain;
  #file: Settings;
  #current: EffectiveSettings;
  /** The file's bytes at the last check. */
  #seen: Buffer | null = null;
  /** Why the present file was refused; null if it was not. */
  #refusal: string | null = null;
  /** The last change; changes run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SettingsStoreOptions) {
    this.#options = options;
    this.#raw = withoutKeys(options.document.read());
    this.#file = validSettings(this.#raw);
    this.#current = this.#effective(this.#file);
    this.#atStart = this.#current;
  }

  /** The settings in force. */
  get current(): EffectiveSettings {
    return this.#current;
  }

  /**
   * The settings of the file with defaults. It shows for each upstream whether a key is set, but
   * not the key.
   */
  get file(): Settings {
    return this.#options.keys.shown(this.#file);
  }

  /** The settings that flags and the environment override. */
  get overrides(): readonly OverriddenSetting[] {
    return overriddenSettings(this.#options.overrides);
  }

  /** Changed settings that take effect only at the next start. */
  get restartNeeded(): readonly WaitingSetting[] {
    return waitingSettings(this.#atStart, this.#current);
  }

  /** Calls `listener` after every change. Returns the function that removes it. */
  onChange(listener: (settings: EffectiveSettings) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Calls `prepare` before each change. If it rejects, the change is refused with that error.
   * Returns the function that removes it.
   */
  beforeChange(prepare: Prepare): () => void {
    return this.#parts.add(prepare);
  }

  /**
   * Applies a JSON merge patch (RFC 7396). Unknown members of the file stay in it. Rejects with
   * `bad_request` (400) for an invalid setting, with `settings` (409) if an edit of the file was
   * refused, with `settings` (500) if the file cannot be written, and with the error of a part that
   * cannot follow. Nothing has changed after these errors. Keys of upstreams go to their store. If
   * storing them fails, it rejects with `settings` (500) too, but the change and the keys are in
   * force until the run ends.
   */
  async update(patch: Plain): Promise<SettingsChange> {
    const { saved, ...change } = await this.#inTurn(() => this.#update(patch));
    // This wait must not block later changes: a keychain may be waiting for its user.
    await saved;
    return change;
  }

  /**
   * Applies the file if it was edited: all of it, or nothing if any part is wrong. Never rejects;
   * reports the outcome to `edited`.
   */
  async reload(): Promise<void> {
    await this.#inTurn(() => this.#takeIn());
  }

  async #update(patch: Plain): Promise<SettingsChange & { readonly saved: Promise<void> }> {
    const { keys } = this.#options;
    await this.#takeIn();
    // Writing now would overwrite the user's edit.
    if (this.#refusal !== null) throw refusedEdit(this.#refusal);
    const given = mergePatch(this.#raw, patch);
    const named = validSettings(given);
    const unknown = patchFault(patch, named);
    if (unknown !== null) throw badRequest(unknown);
    const planned = keys.planned(patch, named);
    const raw = withoutKeys(given);
    let saved = Promise.resolve();
    await this.#enact(raw, {
      save: () => this.#save(raw),
      setKeys: () => {
        if (planned !== null) saved = keys.set(planned);
        // The caller gets this error from `update`, so it is no unhandled rejection.
        saved.catch(() => undefined);
      },
    });
    return { settings: this.file, restartNeeded: this.restartNeeded, saved };
  }

  async #takeIn(): Promise<void> {
    const { edited, keys, document } = this.#options;
    if (edited === undefined) return;
    const bytes = await edited.read();
    if (bytes === null) {
      if (this.#refusal !== null) edited.taken(null);
      this.#refusal = null;
      return;
    }
    // A refused file is checked again, because it may be valid now: a port may be free again.
    if (this.#refusal === null && this.#seen?.equals(bytes) === true) return;
    this.#seen = bytes;
    try {
      const written = edited.parse(bytes);
      // Checks the document with its keys, because later checks do not see the keys.
      validSettings(written);
      const raw = withoutKeys(written);
      const adopt = (): void => keys.adopt(document, written);
      if (!sameDocument(raw, this.#raw)) await this.#enact(raw, { setKeys: adopt });
      else if (holdsKeys(written)) adopt();
      else if (this.#refusal === null) return;
      this.#refusal = null;
      edited.taken(written);
    } catch (error) {
      this.#refusal = edited.refused(bytes, error);
    }
  }

  /** Puts all settings in force, or throws and changes nothing. */
  async #enact(
    raw: Plain,
    { save, setKeys }: { readonly save?: () => void; readonly setKeys: () => void },
  ): Promise<void> {
    const file = validSettings(raw);
    const next = this.#effective(file);
    const fault = this.#options.check(next);
    if (fault !== null) throw badRequest(`${fault.path}: ${fault.problem}`);
    const prepared = await this.#parts.prepare(next);
    try {
      save?.();
    } catch (error) {
      await prepared.abort();
      throw error;
    }
    this.#raw = raw;
    this.#file = file;
    this.#current = next;
    prepared.commit();
    setKeys();
    this.#tell();
  }

  #effective(file: Settings): EffectiveSettings {
    const { overrides, fallbackUpstreams } = this.#options;
    return effectiveSettings(file, overrides, fallbackUpstreams);
  }

  #save(raw: Plain): void {
    try {
      this.#options.document.write(raw);
    } catch (error) {
      throw unsaved(error);
    }
  }

  /** A listener that fails must not keep the change from the others. */
  #tell(): void {
    for (const listener of this.#listeners) {
      try {
        listener(this.#current);
      } catch (error) {
        this.#options.log.error({ error: String(error) }, 'a change of settings was not applied');
      }
    }
  }

  #inTurn<Result>(change: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#last.then(change);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
