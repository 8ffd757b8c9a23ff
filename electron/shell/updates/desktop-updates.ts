import { dirname, join } from 'node:path';
import { app } from 'electron';
import { RELEASES_URL } from '../../../shared/app-update.ts';
import type { AppUpdateState, UpdateAction, UpdateMode } from '../../../shared/app-update.ts';
import type { Log } from '../../core/log.ts';
import { AppUpdates } from './app-updates.ts';
import { discardStaged, replaceAppImage, stageAppImage, startAppImage } from './appimage-file.ts';
import { findInstallation } from './install-facts.ts';
import type { Installation } from './install-facts.ts';
import { replacesItself, updateCommand } from './update-command.ts';
import { loadEngine } from './update-engine.ts';
import { feedOfTests } from './update-feed.ts';
import { openUpdateMemory } from './update-memory.ts';
import type { UpdateMemory } from './update-memory.ts';

export interface DesktopUpdatesOptions {
  readonly log: Log;
  readonly dataDir: string;
  readonly onChange: (state: AppUpdateState) => void;
}

/** The updates of this desktop. */
export interface DesktopUpdates {
  readonly memory: UpdateMemory;
  /** Null as long as the installation is not known, and for one that has no updates. */
  readonly state: AppUpdateState | null;
  /** Resolves when the installation is known. */
  known(): Promise<AppUpdateState | null>;
  /** Follows the setting. */
  follow(mode: UpdateMode): void;
  act(action: UpdateAction): Promise<void>;
  /** Call it with whether the application quits now, or later by itself, or not. */
  quitAnswered(answer: 'now' | 'later' | 'no'): void;
  /**
   * Call it last: if a restart was asked for, puts the new version in place and starts it. Returns true if the system's
   * installer ends this process.
   */
  finish(): boolean;
  close(): void;
}

/** Looks how Tokwatt was installed, and asks nobody before the setting or the user says so. */
export function createUpdates(options: DesktopUpdatesOptions): DesktopUpdates {
  return new Updates(options);
}

class Updates implements DesktopUpdates {
  readonly memory: UpdateMemory;
  readonly #options: DesktopUpdatesOptions;
  readonly #known: Promise<Installation>;
  #installation: Installation | null = null;
  #updates: AppUpdates | null = null;
  #mode: UpdateMode = 'off';
  #restarts = false;

  constructor(options: DesktopUpdatesOptions) {
    this.#options = options;
    this.memory = openUpdateMemory(join(options.dataDir, 'updates.json'));
    this.#known = this.#find();
  }

  get state(): AppUpdateState | null {
    return this.#updates?.state ?? null;
  }

  async known(): Promise<AppUpdateState | null> {
    await this.#known;
    return this.state;
  }

  follow(mode: UpdateMode): void {
    this.#mode = mode;
    this.#updates?.apply(mode);
  }

  async act(action: UpdateAction): Promise<void> {
    await this.#known;
    await this.#updates?.act(action);
  }

  quitAnswered(answer: 'now' | 'later' | 'no'): void {
    if (this.#updates?.isRestarting !== true) return;
    this.#restarts = answer === 'now';
    if (answer !== 'no') return;
    this.#updates.keepRunning();
    if (this.#installation !== null) discard(this.#installation);
  }

  finish(): boolean {
    if (!this.#restarts || this.#installation === null) return false;
    const { kind, place } = this.#installation;
    if (kind === 'appimage') {
      this.#replace(place.path);
      return false;
    }
    this.#updates?.install();
    return kind === 'mac';
  }

  close(): void {
    this.#updates?.stop();
  }

  /** Whatever happens to the new version, one is started. */
  #replace(target: string): void {
    try {
      replaceAppImage(target);
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'the new version was not put in place');
    }
    startAppImage(target, process.argv.slice(app.isPackaged ? 1 : 2), process.env);
  }

  async #find(): Promise<Installation> {
    const feed = feedOfTests(process.env);
    const installation = await findInstallation(app.isPackaged || feed !== null);
    this.#installation = installation;
    if (installation.kind !== 'source') this.#begin(installation, feed);
    return installation;
  }

  #begin({ kind, place }: Installation, feed: string | null): void {
    const { log, onChange } = this.#options;
    const updates = new AppUpdates({
      about: { kind, replacesItself: replacesItself(kind, place), source: feed ?? RELEASES_URL },
      command: (version) => updateCommand(kind, version, place),
      engine: () => loadEngine({ kind, log, feed }),
      memory: this.memory,
      // Other installers bring their file into place themselves.
      prepare: (file, { sha512 }) =>
        kind === 'appimage' ? stageAppImage(file, place.path, sha512) : Promise.resolve(),
      target: dirname(place.path),
      quit: () => app.quit(),
      onChange: () => onChange(updates.state),
      log,
    });
    this.#updates = updates;
    // A run that was ended in between may have left it.
    discard({ kind, place });
    updates.apply(this.#mode);
    onChange(updates.state);
  }
}

/** Removes what waits to replace an AppImage. What cannot be removed is replaced by the next one. */
function discard({ kind, place }: Installation): void {
  if (kind === 'appimage') discardStaged(place.path).catch(() => undefined);
}
