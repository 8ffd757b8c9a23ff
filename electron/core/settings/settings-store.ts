import type { OverriddenSetting, WaitingSetting } from '../../../shared/ipc.ts';
import { parseSettings } from '../../../shared/settings.ts';
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
import { badRequest, refusedEdit, unsaved } from './settings-errors.ts';
import { holdsKeys, withoutKeys } from './upstream-keys.ts';
import type { UpstreamKeys } from './upstream-keys.ts';

/** A fault that no schema sees: settings that do not go together. */
export interface SettingsFault {
  /** The setting that is wrong, as in `upstreams.1.name`. */
  readonly path: string;
  /** What is wrong and what to do, as the rest of a sentence. */
  readonly problem: string;
}

/** What a change did. */
export interface SettingsChange {
  /** As {@link SettingsStore.file} is then. */
  readonly settings: Settings;
  /** As {@link SettingsStore.restartNeeded} is then. */
  readonly restartNeeded: readonly WaitingSetting[];
}

export interface SettingsStoreOptions {
  /** It must hold valid settings, as `resolveConfig` checks. */
  readonly document: JsonDocument;
  readonly overrides: Overrides;
  /** Stands in where nobody names an upstream. */
  readonly fallbackUpstreams: readonly Upstream[];
  /** Null if the settings go together. */
  readonly check: (settings: EffectiveSettings) => SettingsFault | null;
  readonly keys: UpstreamKeys;
  readonly log: Log;
  /** Lets people edit the file meanwhile. Without it, nothing but `update` changes the settings. */
  readonly edited?: EditedFile;
}

/** What a part of the core needs to follow the settings. */
export type ObservedSettings = Pick<SettingsStore, 'current' | 'onChange'>;

type Plain = Record<string, unknown>;

/**
 * The one source of settings: the file, with flags and the environment over it. Whoever depends on a
 * setting reads `current` or listens to changes; nobody keeps a copy.
 */
export class SettingsStore {
  readonly #options: SettingsStoreOptions;
  readonly #listeners = new Set<(settings: EffectiveSettings) => void>();
  readonly #parts = new PreparedParts();
  readonly #atStart: EffectiveSettings;
  #raw: Plain;
  #file: Settings;
  #current: EffectiveSettings;
  /** The file's bytes when it was looked at last. */
  #seen: Buffer | null = null;
  /** Why the file as it is now was refused; null if it was not. */
  #refusal: string | null = null;
  /** Changes run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SettingsStoreOptions) {
    this.#options = options;
    this.#raw = withoutKeys(options.document.read());
    this.#file = parsed(this.#raw);
    this.#current = this.#effective(this.#file);
    this.#atStart = this.#current;
  }

  /** The settings that are in force. */
  get current(): EffectiveSettings {
    return this.#current;
  }

  /**
   * The settings of the file, defaults filled in. It says of each upstream whether a key is set, and
   * holds no key.
   */
  get file(): Settings {
    return this.#options.keys.shown(this.#file);
  }

  /** What flags and the environment say in the file's place. */
  get overrides(): readonly OverriddenSetting[] {
    return overriddenSettings(this.#options.overrides);
  }

  /** Changed settings that come into force at the next start. */
  get restartNeeded(): readonly WaitingSetting[] {
    return waitingSettings(this.#atStart, this.#current);
  }

  /** Hears every change; returns the remover. */
  onChange(listener: (settings: EffectiveSettings) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Calls `prepare` before each change. If it rejects, the change is refused with that error. Returns
   * the remover.
   */
  beforeChange(prepare: Prepare): () => void {
    return this.#parts.add(prepare);
  }

  /**
   * Changes what a JSON merge patch (RFC 7396) names. Members that are no settings stay in the file as
   * they are. Rejects with `bad_request` (400) for what is no valid setting, with `settings` (409) if
   * the file was edited and refused, with `settings` (500) if it cannot be written, and with the error
   * of a part that cannot follow; nothing has changed then. Keys of upstreams go to their store; if that
   * fails, it rejects with `settings` (500) too, and the keys are in force until the end of the run.
   */
  async update(patch: Plain): Promise<SettingsChange> {
    const { saved, ...change } = await this.#inTurn(() => this.#update(patch));
    // Not in turn: a keychain may wait for its user.
    await saved;
    return change;
  }

  /**
   * Takes in the file if somebody edited it: all of it, or nothing if any of it is wrong. Never
   * rejects; the file is told the outcome.
   */
  async reload(): Promise<void> {
    await this.#inTurn(() => this.#takeIn());
  }

  async #update(patch: Plain): Promise<SettingsChange & { readonly saved: Promise<void> }> {
    const { keys } = this.#options;
    await this.#takeIn();
    // Writing now would overwrite what somebody has just edited.
    if (this.#refusal !== null) throw refusedEdit(this.#refusal);
    const given = mergePatch(this.#raw, patch);
    const named = parsed(given);
    const unknown = patchFault(patch, named);
    if (unknown !== null) throw badRequest(unknown);
    const planned = Object.hasOwn(patch, 'upstreams') ? keys.planned(named.upstreams) : null;
    const raw = withoutKeys(given);
    let saved = Promise.resolve();
    await this.#enact(raw, {
      save: () => this.#save(raw),
      setKeys: () => {
        if (planned !== null) saved = keys.set(planned);
        // Whoever asked hears of a failure; nobody else has to.
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
    // What was refused may fit by now: a port may be free again.
    if (this.#refusal === null && this.#seen?.equals(bytes) === true) return;
    this.#seen = bytes;
    try {
      const written = edited.parse(bytes);
      // With the keys, which are checked nowhere else.
      parsed(written);
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

  /** Puts settings in force as a whole, or throws and changes nothing. */
  async #enact(
    raw: Plain,
    { save, setKeys }: { readonly save?: () => void; readonly setKeys: () => void },
  ): Promise<void> {
    const file = parsed(raw);
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

  /** One listener that fails must not keep the change from the others. */
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

function parsed(raw: Plain): Settings {
  const result = parseSettings(raw);
  if (result.ok) return result.settings;
  throw badRequest(result.problems.join('; '));
}
