import type { OverriddenSetting, WaitingSetting } from '../../../shared/ipc.ts';
import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { TokwattError, systemCode } from '../errors.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import { effectiveSettings, overriddenSettings } from './effective.ts';
import type { EffectiveSettings, Overrides } from './effective.ts';
import { mergePatch, patchFault } from './merge-patch.ts';
import { waitingSettings } from './restart.ts';
import { withoutKeys } from './upstream-keys.ts';
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

/** A change that a part of the core is ready to follow. Exactly one of the two is called. */
export interface PreparedChange {
  /** The change is in force from now on. Must not throw. */
  commit(): void;
  /** The change was refused. Resolves when everything is as it was. */
  abort(): Promise<void>;
}

type Prepare = (next: EffectiveSettings) => Promise<PreparedChange>;

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
  readonly #preparers = new Set<Prepare>();
  readonly #atStart: EffectiveSettings;
  #raw: Plain;
  #file: Settings;
  #current: EffectiveSettings;
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
    this.#preparers.add(prepare);
    return () => {
      this.#preparers.delete(prepare);
    };
  }

  /**
   * Changes what a JSON merge patch (RFC 7396) names. Members that are no settings stay in the file as
   * they are. Rejects with `bad_request` (400) for what is no valid setting, with `settings` (500) if
   * the file cannot be written; nothing has changed then. Keys of upstreams go to their store; if that
   * fails, it rejects with `settings` (500) too, and the keys are in force until the end of the run.
   */
  async update(patch: Plain): Promise<SettingsChange> {
    const { saved, ...change } = await this.#inTurn(() => this.#update(patch));
    // Not in turn: a keychain may wait for its user.
    await saved;
    return change;
  }

  async #update(patch: Plain): Promise<SettingsChange & { readonly saved: Promise<void> }> {
    const { keys } = this.#options;
    const given = mergePatch(this.#raw, patch);
    const named = parsed(given);
    const unknown = patchFault(patch, named);
    if (unknown !== null) throw badRequest(unknown);
    const planned = Object.hasOwn(patch, 'upstreams') ? keys.planned(named.upstreams) : null;
    const raw = withoutKeys(given);
    const file = parsed(raw);
    const next = this.#effective(file);
    const fault = this.#options.check(next);
    if (fault !== null) throw badRequest(`${fault.path}: ${fault.problem}`);
    const prepared = await this.#prepare(next);
    try {
      this.#save(raw);
    } catch (error) {
      await prepared.abort();
      throw error;
    }
    this.#raw = raw;
    this.#file = file;
    this.#current = next;
    prepared.commit();
    const saved = planned === null ? Promise.resolve() : keys.set(planned);
    // Whoever asked hears of a failure; nobody else has to.
    saved.catch(() => undefined);
    this.#tell();
    return { settings: this.file, restartNeeded: this.restartNeeded, saved };
  }

  #effective(file: Settings): EffectiveSettings {
    const { overrides, fallbackUpstreams } = this.#options;
    return effectiveSettings(file, overrides, fallbackUpstreams);
  }

  async #prepare(next: EffectiveSettings): Promise<PreparedChange> {
    const prepared: PreparedChange[] = [];
    const abort = async (): Promise<void> => {
      await Promise.all(prepared.map((each) => each.abort()));
    };
    try {
      for (const prepare of this.#preparers) prepared.push(await prepare(next));
    } catch (error) {
      await abort();
      throw error;
    }
    return { commit: () => prepared.forEach((each) => each.commit()), abort };
  }

  #save(raw: Plain): void {
    try {
      this.#options.document.write(raw);
    } catch (error) {
      const message = `The settings could not be saved (${systemCode(error) ?? 'failed'}): is the disk full or the data folder read-only?`;
      throw new TokwattError('settings', message, { status: 500, cause: error });
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

function badRequest(message: string): TokwattError {
  return new TokwattError('bad_request', `${message}.`, { status: 400 });
}
