import { GPU_STARTING, type GpuState } from '../../../shared/gpu.ts';
import type { Log } from '../log.ts';
import { defaultGpuSources } from './default-sources.ts';
import { gpuTimeouts } from './poller-timeouts.ts';
import type { GpuTimeouts } from './poller-timeouts.ts';
import { factReadings, namedReadings, withoutLoad } from './named-readings.ts';
import type { GpuSource, GpuSourceEvents, GpuSourceRun, SourceReading } from './source.ts';
import { readStaticFacts, type StaticGpu } from './static-facts.ts';

export interface GpuPollerOptions {
  readonly intervalMs: number;
  readonly log: Log;
  /** Called with every new state. States are immutable. */
  readonly onState: (state: GpuState) => void;
  /** Called before it with the readings of a live source as they came. */
  readonly onReadings?: (gpus: readonly SourceReading[]) => void;
  /** In the order they are tried; the platform's sources by default. */
  readonly sources?: readonly GpuSource[];
  /** Reads names and memory sizes, at most once; null if they are not available. */
  readonly facts?: () => Promise<readonly StaticGpu[] | null>;
  readonly timeouts?: Partial<GpuTimeouts>;
}

export interface GpuPoller {
  start(): void;
  /** Resolves when no child process is left. */
  stop(): Promise<void>;
  state(): GpuState;
  /** Reads at another pace from now on. The state stays as it is meanwhile. */
  setIntervalMs(intervalMs: number): void;
}

/**
 * Reads GPUs from the first source that works. A tool that dies or hangs is `lost` and is started
 * again. A missing tool is no error: the state is `none` or `static`, and one log line says so.
 */
export function createGpuPoller(options: GpuPollerOptions): GpuPoller {
  const poller = new Poller(options);
  return {
    start: () => poller.start(),
    stop: () => poller.stop(),
    state: () => poller.state,
    setIntervalMs: (intervalMs) => poller.setIntervalMs(intervalMs),
  };
}

/** One run of a source. Its events are ignored once `over` is set. */
interface Attempt {
  readonly source: GpuSource;
  run: GpuSourceRun | null;
  over: boolean;
}

class Poller {
  state: GpuState = GPU_STARTING;
  readonly #options: GpuPollerOptions;
  readonly #sources: readonly GpuSource[];
  #intervalMs: number;
  readonly #stops = new Set<Promise<void>>();
  #running = false;
  #attempt: Attempt | null = null;
  /** The watchdog of the present attempt, or the wait for the next one. */
  #timer: NodeJS.Timeout | undefined;
  /** The source that gave readings. From then on only this one is used. */
  #chosen: GpuSource | null = null;
  #failures = 0;
  #reasons: string[] = [];
  #facts: Promise<readonly StaticGpu[] | null> | null = null;
  #knownFacts: readonly StaticGpu[] = [];
  #absenceLogged = false;

  constructor(options: GpuPollerOptions) {
    this.#options = options;
    this.#sources = options.sources ?? defaultGpuSources();
    this.#intervalMs = options.intervalMs;
  }

  get #timeouts(): GpuTimeouts {
    return { ...gpuTimeouts(this.#intervalMs), ...this.#options.timeouts };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#look();
  }

  async stop(): Promise<void> {
    this.#running = false;
    clearTimeout(this.#timer);
    if (this.#attempt !== null) this.#close(this.#attempt);
    await Promise.all(this.#stops);
  }

  setIntervalMs(intervalMs: number): void {
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    const attempt = this.#attempt;
    // If nothing runs now, the next run takes the new interval.
    if (!this.#running || attempt === null || attempt.over) return;
    if (attempt.run?.setIntervalMs === undefined) {
      void this.#reopen(attempt);
      return;
    }
    attempt.run.setIntervalMs(intervalMs);
    this.#watch(attempt, this.#timeouts.firstReadingMs);
  }

  /** Begins one new run after the old one has ended, however many changes come in between. */
  async #reopen(attempt: Attempt): Promise<void> {
    clearTimeout(this.#timer);
    this.#close(attempt);
    await Promise.all(this.#stops);
    if (this.#running && this.#attempt === attempt) this.#open(attempt.source);
  }

  /** Tries the sources in order, from the first. */
  #look(): void {
    this.#reasons = [];
    this.#open(this.#sources[0]);
  }

  #open(source: GpuSource | undefined): void {
    if (source === undefined) {
      void this.#settleWithout();
      return;
    }
    const attempt: Attempt = { source, run: null, over: false };
    this.#attempt = attempt;
    this.#watch(attempt, this.#timeouts.firstReadingMs);
    const events: GpuSourceEvents = {
      readings: (gpus) => {
        if (!attempt.over) this.#take(attempt, gpus);
      },
      ended: (note) => {
        if (!attempt.over) this.#fail(attempt, note);
      },
    };
    attempt.run = source.open(events, this.#intervalMs);
  }

  #watch(attempt: Attempt, limitMs: number): void {
    clearTimeout(this.#timer);
    const note = `${attempt.source.name} has said nothing for ${Math.round(limitMs / 1000)} s`;
    this.#timer = setTimeout(() => this.#fail(attempt, note), limitMs);
  }

  #take(attempt: Attempt, gpus: readonly SourceReading[]): void {
    const { name } = attempt.source;
    this.#watch(attempt, this.#timeouts.silenceMs);
    this.#failures = 0;
    if (gpus.some((gpu) => gpu.name === null)) void this.#askFacts();
    if (this.state.status !== 'live') {
      this.#options.log.info({ source: name, gpus: gpus.length }, 'GPU readings arrive');
    }
    this.#chosen = attempt.source;
    this.#absenceLogged = false;
    this.#options.onReadings?.(gpus);
    this.#publish({
      status: 'live',
      source: name,
      note: null,
      at: Date.now(),
      gpus: namedReadings(gpus, this.#knownFacts),
    });
  }

  /** Handles an attempt that ended by itself or hangs. */
  #fail(attempt: Attempt, note: string): void {
    clearTimeout(this.#timer);
    this.#close(attempt);
    if (this.#chosen === attempt.source) {
      this.#lose(attempt.source, note);
      return;
    }
    this.#reasons.push(note);
    this.#open(this.#sources[this.#sources.indexOf(attempt.source) + 1]);
  }

  #lose(source: GpuSource, note: string): void {
    const { restartMs, restartCapMs } = this.#timeouts;
    const wait = Math.min(restartMs * 2 ** this.#failures, restartCapMs);
    this.#failures += 1;
    if (this.state.status !== 'lost') {
      this.#options.log.warn({ source: source.name, reason: note }, 'GPU readings stopped');
    }
    // Set before the event, because its listener may stop the poller.
    this.#timer = setTimeout(() => this.#open(source), wait);
    this.#publish({
      ...this.state,
      status: 'lost',
      note: `${note}. Tokwatt starts it again by itself.`,
      gpus: withoutLoad(this.state.gpus),
    });
  }

  /** Publishes the static facts when no source works, and schedules the next search. */
  async #settleWithout(): Promise<void> {
    this.#attempt = null;
    const facts = await this.#askFacts();
    if (!this.#running) return;
    const gpus = factReadings(facts ?? []);
    const lookedFor = this.#sources.map((source) => source.lookedFor).join(', ');
    const found = gpus.length > 0;
    const reasons = this.#reasons.length === 0 ? '' : ` (${this.#reasons.join('; ')})`;
    const note = found
      ? `Nothing on this machine reports the load of its GPU. Looked for ${lookedFor}${reasons}.`
      : `No GPU was found. Looked for ${lookedFor}${reasons}.`;
    if (!this.#absenceLogged) this.#options.log.info({ gpus: gpus.map((gpu) => gpu.name) }, note);
    this.#absenceLogged = true;
    this.#timer = setTimeout(() => this.#look(), this.#timeouts.lookAgainMs);
    this.#publish({ status: found ? 'static' : 'none', source: null, note, at: null, gpus });
  }

  #askFacts(): Promise<readonly StaticGpu[] | null> {
    this.#facts ??= (this.#options.facts ?? readStaticFacts)()
      .catch(() => null)
      .then((facts) => {
        this.#knownFacts = facts ?? [];
        return facts;
      });
    return this.#facts;
  }

  #close(attempt: Attempt): void {
    attempt.over = true;
    const stopping = attempt.run?.stop().catch(() => undefined);
    if (stopping === undefined) return;
    this.#stops.add(stopping);
    void stopping.then(() => this.#stops.delete(stopping));
  }

  #publish(state: GpuState): void {
    const unchanged =
      state.status !== 'live' &&
      state.status === this.state.status &&
      state.note === this.state.note;
    this.state = state;
    if (!unchanged) this.#options.onState(state);
  }
}
