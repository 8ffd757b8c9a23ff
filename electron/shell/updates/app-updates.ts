import type {
  AppUpdateState,
  FoundUpdate,
  UpdateAction,
  UpdateMode,
} from '../../../shared/app-update.ts';
import { stated } from '../../../shared/sentences.ts';
import { systemCode } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Release, UpdateEngine } from './update-engine.ts';
import type { UpdateMemory } from './update-memory.ts';
import { updateProblem } from './update-problem.ts';
import type { UpdateAttempt } from './update-problem.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Wait after the start, which is busy enough without a question, milliseconds. */
const FIRST_CHECK_MS = 30_000;

export interface AppUpdatesOptions {
  readonly about: Pick<AppUpdateState, 'kind' | 'replacesItself' | 'source'>;
  /** The command that updates this installation to a version; null if it replaces itself. */
  readonly command: (version: string) => string | null;
  /** Called once, at the first question. */
  readonly engine: () => Promise<UpdateEngine>;
  readonly memory: UpdateMemory;
  /** Prepares what is left to do before this process ends. Rejects with a system error. */
  readonly prepare: (file: string, release: Release) => Promise<void>;
  /** The folder that {@link prepare} writes to. */
  readonly target: string;
  /** Quits, after asking where answers would be cut off. */
  readonly quit: () => void;
  readonly onChange: () => void;
  readonly log: Log;
}

/**
 * Looks for a newer version, downloads it, and restarts as it. Every step that fails leads back to the one before, says
 * why, and leaves the running version as it is.
 */
export class AppUpdates {
  readonly #options: AppUpdatesOptions;
  #mode: UpdateMode = 'off';
  #state: AppUpdateState;
  #engine: Promise<UpdateEngine> | null = null;
  /** The engine that has downloaded. */
  #ready: UpdateEngine | null = null;
  /** The release that was found last, and its file once it is downloaded. */
  #release: Release | null = null;
  #file = '';
  #download: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: AppUpdatesOptions) {
    this.#options = options;
    this.#state = {
      ...options.about,
      ...{ step: 'idle', found: null, progress: null, message: null, messageSentence: null },
      checkedAt: options.memory.kept.checkedAt,
    };
  }

  get state(): AppUpdateState {
    return this.#state;
  }

  /** Follows the setting, at the start and on every change. */
  apply(mode: UpdateMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#stopTimer();
    if (mode !== 'download') this.#download?.abort();
    if (mode === 'off') return;
    const due = (this.#state.checkedAt ?? -Infinity) + DAY_MS - Date.now();
    this.#schedule(Math.min(Math.max(FIRST_CHECK_MS, due), DAY_MS));
    if (mode === 'download') void this.#downloadFound();
  }

  /** Does what a user asks for. What is not possible now is not done. */
  async act(action: UpdateAction): Promise<void> {
    if (action === 'check') await this.check();
    else if (action === 'download') await this.#downloadFound();
    else await this.#restart();
  }

  /** Asks for the newest version, and downloads it if the setting says so. Never rejects. */
  async check(): Promise<void> {
    const { step, found } = this.#state;
    if (step === 'checking' || step === 'downloading' || step === 'restarting') return;
    this.#become({ step: 'checking', message: null, messageSentence: null });
    try {
      const release = await (await this.#loaded()).check();
      const checkedAt = Date.now();
      this.#options.memory.keep({ checkedAt });
      const isReady = step === 'ready' && release?.version === found?.version;
      this.#become({ checkedAt, progress: null, ...(isReady ? { step } : this.#news(release)) });
    } catch (error) {
      this.#fail('check', error, this.#options.about.source, step);
      return;
    }
    if (this.#mode === 'download') await this.#downloadFound();
  }

  /** True from the user's wish to restart until the end, or until {@link keepRunning}. */
  get isRestarting(): boolean {
    return this.#state.step === 'restarting';
  }

  /** The user has chosen not to quit. */
  keepRunning(): void {
    if (this.isRestarting) this.#become({ step: 'ready' });
  }

  /** Hands over to the installer of the system. */
  install(): void {
    this.#ready?.install();
  }

  stop(): void {
    this.#stopTimer();
    this.#download?.abort();
  }

  #news(release: Release | null): Pick<AppUpdateState, 'step' | 'found'> {
    this.#release = release;
    if (release === null) return { step: 'idle', found: null };
    const { version, notes, bytes } = release;
    const found: FoundUpdate = { version, notes, bytes, command: this.#options.command(version) };
    return { step: 'found', found };
  }

  async #downloadFound(): Promise<void> {
    const { step, replacesItself } = this.#state;
    if (step !== 'found' || !replacesItself) return;
    this.#become({ step: 'downloading', progress: null, message: null, messageSentence: null });
    const abort = new AbortController();
    this.#download = abort;
    const engine = await this.#loaded();
    try {
      const follow = (progress: number): void => {
        if (!abort.signal.aborted) this.#become({ progress });
      };
      this.#file = await engine.download(follow, abort.signal);
      this.#ready = engine;
      this.#become({ step: 'ready', progress: null });
    } catch (error) {
      if (abort.signal.aborted) this.#become({ step: 'found', progress: null });
      else this.#fail('download', error, engine.folder, 'found');
    } finally {
      this.#download = null;
    }
  }

  async #restart(): Promise<void> {
    if (this.#state.step !== 'ready' || this.#release === null) return;
    this.#become({ step: 'restarting', message: null, messageSentence: null });
    try {
      await this.#options.prepare(this.#file, this.#release);
    } catch (error) {
      // A file that is gone or was changed has to be downloaded again.
      const isLost = ['ENOENT', 'ERR_CHECKSUM_MISMATCH'].includes(systemCode(error) ?? '');
      this.#fail('install', error, this.#options.target, isLost ? 'found' : 'ready');
      return;
    }
    this.#options.quit();
  }

  #loaded(): Promise<UpdateEngine> {
    this.#engine ??= this.#options.engine().catch((error: unknown) => {
      this.#engine = null;
      throw error;
    });
    return this.#engine;
  }

  #schedule(wait: number): void {
    this.#timer = setTimeout(() => {
      this.#schedule(DAY_MS);
      void this.check();
    }, wait);
    this.#timer.unref();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #fail(attempt: UpdateAttempt, error: unknown, where: string, step: AppUpdateState['step']): void {
    this.#options.log.warn({ attempt, error: String(error) }, 'the update failed');
    this.#become({ step, progress: null, ...stated(updateProblem(attempt, error, where)) });
  }

  #become(change: Partial<AppUpdateState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange();
  }
}
