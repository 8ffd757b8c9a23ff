import { englishOf, joined, sentence } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';
import { silenceNote, startNote } from './gpu-notes.ts';
import { plausibleReading } from './plausible.ts';
import type { Log } from '../log.ts';
import type { GpuTimeouts } from './poller-timeouts.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun, SourceReading } from './source.ts';

/**
 * - `looking`: the first search has no result yet
 * - `absent`: there is nothing to read; it is looked for again rarely
 * - `live`: readings arrive
 * - `lost`: readings have stopped; the source is started again
 */
export type RunnerStatus = 'looking' | 'absent' | 'live' | 'lost';

export interface SourceRunnerOptions {
  readonly source: GpuSource;
  readonly intervalMs: number;
  readonly log: Log;
  readonly timeouts: (intervalMs: number) => GpuTimeouts;
  /** Called after readings came, which may have changed the status to live. */
  readonly onReadings: (runner: SourceRunner) => void;
  /** Called after the source was found absent or was lost. */
  readonly onFailure: (runner: SourceRunner) => void;
}

/** One run of a source. Its events are ignored once `isOver` is set. */
interface Attempt {
  readonly source: GpuSource;
  run: GpuSourceRun | null;
  isOver: boolean;
  /** When its first readings came, monotonic milliseconds. */
  liveAt: number | null;
  /** True if it was given up because it said nothing. */
  isSilent: boolean;
}

/**
 * Keeps one source at work, apart from all others: it watches for hangs, restarts a source that
 * died with a growing wait, and uses the source's fallback while the source itself does not work.
 */
export class SourceRunner {
  status: RunnerStatus = 'looking';
  /** The newest readings. They remain when the source is lost. */
  readings: readonly SourceReading[] = [];
  /** When they were taken, Unix milliseconds. */
  at: number | null = null;
  /** What the user should know of this source; null if all is well or there is nothing to read. */
  problem: Sentence | null = null;
  /** Why the last search found nothing: one phrase for the source and each fallback. */
  reasons: readonly Message[] = [];
  readonly #options: SourceRunnerOptions;
  readonly #stops = new Set<Promise<void>>();
  #intervalMs: number;
  #attempt: Attempt | null = null;
  /** The watchdog of the present attempt, or the wait for the next one. */
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #failures = 0;
  #problems: Message[] = [];
  #loggedProblem: string | null = null;

  constructor(options: SourceRunnerOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
  }

  /** The source that works, or was tried last. */
  get name(): string {
    return (this.#attempt?.source ?? this.#options.source).name;
  }

  get lookedFor(): readonly Message[] {
    const { source } = this.#options;
    return [source, ...fallbacksOf(source)].map(({ lookedFor }) => lookedFor);
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#look();
  }

  /** Resolves when no child process is left, which a tool that hangs in its driver may prevent. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    if (this.#attempt !== null) this.#close(this.#attempt);
    await Promise.all(this.#stops);
  }

  /** Reads at another pace from now on. */
  setIntervalMs(intervalMs: number): void {
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    const attempt = this.#attempt;
    // If nothing runs now, the next run takes the new interval.
    if (!this.#isRunning || attempt === null || attempt.isOver) return;
    if (attempt.run?.setIntervalMs === undefined) {
      clearTimeout(this.#timer);
      this.#close(attempt);
      void this.#open(attempt.source);
      return;
    }
    attempt.run.setIntervalMs(intervalMs);
    this.#watch(attempt, this.#timeouts.firstReadingMs);
  }

  /** Reads once now, if the source can. */
  readNow(): void {
    if (this.#attempt?.isOver === false) this.#attempt.run?.readNow?.();
  }

  get #timeouts(): GpuTimeouts {
    return this.#options.timeouts(this.#intervalMs);
  }

  /** Tries the source, then its fallbacks. */
  #look(): void {
    this.reasons = [];
    this.#problems = [];
    void this.#open(this.#options.source);
  }

  /** Begins one new run after the old ones have ended, however many calls come in between. */
  async #open(source: GpuSource): Promise<void> {
    const attempt: Attempt = { source, run: null, isOver: false, liveAt: null, isSilent: false };
    this.#attempt = attempt;
    if (this.#stops.size > 0) await Promise.all(this.#stops);
    if (!this.#isRunning || this.#attempt !== attempt || attempt.isOver) return;
    this.#watch(attempt, this.#timeouts.firstReadingMs);
    const events: GpuSourceEvents = {
      readings: (gpus) => {
        if (!attempt.isOver) this.#take(attempt, gpus);
      },
      ended: (note, isProblem = false) => {
        if (!attempt.isOver) this.#fail(attempt, note, isProblem);
      },
    };
    try {
      this.#keep(attempt, source.open(events, this.#intervalMs));
    } catch (error) {
      this.#fail(attempt, startNote(source.name, error), true);
    }
  }

  #keep(attempt: Attempt, run: GpuSourceRun): void {
    attempt.run = run;
    if (attempt.isOver) this.#end(run);
  }

  #watch(attempt: Attempt, limitMs: number): void {
    clearTimeout(this.#timer);
    const note = silenceNote(attempt.source.name, limitMs);
    this.#timer = setTimeout(() => {
      attempt.isSilent = true;
      this.#fail(attempt, note, true);
    }, limitMs);
  }

  #take(attempt: Attempt, gpus: readonly SourceReading[]): void {
    this.#watch(attempt, this.#timeouts.silenceMs);
    attempt.liveAt ??= performance.now();
    this.readings = gpus.map(plausibleReading);
    this.at = Date.now();
    this.problem = null;
    if (this.status !== 'live') {
      this.status = 'live';
      const { name } = attempt.source;
      this.#options.log.info({ source: name, gpus: gpus.length }, 'GPU readings arrive');
    }
    this.#options.onReadings(this);
  }

  /** Handles an attempt that ended by itself or hangs. */
  #fail(attempt: Attempt, note: Message, isProblem: boolean): void {
    clearTimeout(this.#timer);
    this.#close(attempt);
    if (attempt.liveAt !== null) {
      // A run that lasted proves that the source works. One that dies at once is started rarely.
      if (performance.now() - attempt.liveAt >= this.#timeouts.restartCapMs) {
        this.#failures = 0;
        this.#loggedProblem = null;
      }
      this.#lose(note);
      return;
    }
    this.reasons = [...this.reasons, note];
    if (isProblem) this.#problems.push(note);
    const [next] = fallbacksOf(attempt.source);
    if (next !== undefined) void this.#open(next);
    else if (this.at !== null) this.#lose(note);
    else this.#settleWithout(attempt.isSilent);
  }

  /** Waits for a restart. */
  #lose(note: Message): void {
    const { restartMs, restartCapMs } = this.#timeouts;
    this.status = 'lost';
    this.#wait(Math.min(restartMs * 2 ** this.#failures, restartCapMs));
    this.#failures += 1;
    this.#tell(englishOf(note), sentence('source_restarts', { problem: note }));
  }

  /**
   * Waits for the next search. A tool that says nothing is installed, and may answer soon, for example
   * when the system has started.
   */
  #settleWithout(isSilent: boolean): void {
    this.status = 'absent';
    this.problem = null;
    this.#wait(isSilent ? this.#timeouts.restartCapMs : this.#timeouts.lookAgainMs);
    const problem = joined('and_then', this.#problems);
    if (problem === null) this.#options.onFailure(this);
    else this.#tell(englishOf(problem), sentence('as_sentence', { phrase: problem }));
  }

  /** Set before any event, because a listener may stop the poller. */
  #wait(waitMs: number): void {
    this.#timer = setTimeout(() => this.#look(), waitMs);
  }

  /** Tells the user of a problem, and logs it once. */
  #tell(reason: string, problem: Sentence): void {
    this.problem = problem;
    if (this.#loggedProblem !== reason) {
      this.#options.log.warn({ source: this.name, reason }, 'a GPU source does not work');
      this.#loggedProblem = reason;
    }
    this.#options.onFailure(this);
  }

  #close(attempt: Attempt): void {
    if (attempt.isOver) return;
    attempt.isOver = true;
    if (attempt.run !== null) this.#end(attempt.run);
  }

  #end(run: GpuSourceRun): void {
    const stopping = run.stop().catch(() => undefined);
    this.#stops.add(stopping);
    void stopping.then(() => this.#stops.delete(stopping));
  }
}

function fallbacksOf(source: GpuSource): GpuSource[] {
  const { fallback } = source;
  return fallback === undefined ? [] : [fallback, ...fallbacksOf(fallback)];
}
