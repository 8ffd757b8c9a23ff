import { GPU_STARTING, type GpuRanges, type GpuState } from '../../../shared/gpu.ts';
import { inEnglish, joined, noted } from '../../../shared/sentences.ts';
import type { Log } from '../log.ts';
import { defaultGpuSources } from './default-sources.ts';
import { absenceNote } from './gpu-notes.ts';
import { DeviceMerger } from './merge-readings.ts';
import type { MergedDevice } from './merge-readings.ts';
import { seenGpus } from './gpu-devices.ts';
import type { SeenGpu } from './gpu-devices.ts';
import { factReadings, namedReadings, withoutLoad } from './named-readings.ts';
import { gpuTimeouts } from './poller-timeouts.ts';
import type { GpuTimeouts } from './poller-timeouts.ts';
import { ReadingRanges } from './reading-ranges.ts';
import { SourceRunner } from './source-runner.ts';
import type { GpuSource, SourceReading } from './source.ts';
import { readStaticFacts, type StaticGpu } from './static-facts.ts';

export interface GpuPollerOptions {
  readonly intervalMs: number;
  readonly log: Log;
  /**
   * Called with every new state. States are immutable. `ranges` has the readings since the last
   * one, in the order of the GPUs; null for a GPU without any.
   */
  readonly onState: (state: GpuState, ranges: readonly (GpuRanges | null)[]) => void;
  /**
   * Called with the devices whose power a source has just read, at the source's own moments. A
   * device has the power of one source only.
   */
  readonly onReadings?: (gpus: readonly SourceReading[]) => void;
  /** Called with every reading as a state, also with those between two calls of `onState`. */
  readonly onSample?: (state: GpuState) => void;
  /** The richest first; the platform's sources by default. */
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
  /** What the GPUs of the state are. */
  devices(): readonly SeenGpu[];
  /** Reads at another pace from now on. The state stays as it is meanwhile. */
  setIntervalMs(intervalMs: number): void;
  /** Reads once now from all sources that can. */
  readNow(): void;
}

/**
 * Reads GPUs from all sources at once and merges what they tell of a device. A tool that dies or
 * hangs is started again and does not disturb the others; only if none is left, the state is
 * `lost`. A missing tool is no error: without any the state is `none` or `static`, and one log
 * line says so.
 */
export function createGpuPoller(options: GpuPollerOptions): GpuPoller {
  const poller = new Poller(options);
  return {
    start: () => poller.start(),
    stop: () => poller.stop(),
    state: () => poller.state,
    devices: () => poller.devices,
    setIntervalMs: (intervalMs) => poller.setIntervalMs(intervalMs),
    readNow: () => poller.readNow(),
  };
}

class Poller {
  state: GpuState = GPU_STARTING;
  readonly #options: GpuPollerOptions;
  readonly #runners: readonly SourceRunner[];
  readonly #merger = new DeviceMerger();
  readonly #ranges = new ReadingRanges();
  readonly #timeouts: (intervalMs: number) => GpuTimeouts;
  readonly #limits: GpuTimeouts;
  #isRunning = false;
  /** All sources had time for a first answer. */
  #isSettled = false;
  #settleTimer: NodeJS.Timeout | undefined;
  #publishTimer: NodeJS.Timeout | undefined;
  #publishedAt = -Infinity;
  #facts: Promise<readonly StaticGpu[] | null> | null = null;
  #knownFacts: readonly StaticGpu[] = [];
  #absenceLogged = false;
  /** Those of the state; none if it has static facts. */
  #devices: readonly MergedDevice[] = [];

  constructor(options: GpuPollerOptions) {
    const { intervalMs, log, timeouts } = options;
    this.#options = options;
    this.#timeouts = (interval) => ({ ...gpuTimeouts(interval), ...timeouts });
    this.#limits = this.#timeouts(intervalMs);
    this.#runners = (options.sources ?? defaultGpuSources()).map(
      (source) =>
        new SourceRunner({
          ...{ source, intervalMs, log, timeouts: this.#timeouts },
          onReadings: (runner) => this.#onReadings(runner),
          onFailure: (runner) => this.#onFailure(runner),
        }),
    );
  }

  get devices(): readonly SeenGpu[] {
    return seenGpus(this.state.gpus, this.#devices, (device) => this.#merger.forEnergy(device));
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#settleTimer = setTimeout(() => {
      this.#isSettled = true;
      this.#publish();
    }, this.#limits.settleMs);
    for (const runner of this.#runners) runner.start();
    if (this.#runners.length === 0) void this.#publishAbsence();
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    clearTimeout(this.#settleTimer);
    clearTimeout(this.#publishTimer);
    const stops = Promise.all(this.#runners.map((runner) => runner.stop()));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#limits.stopMs);
    });
    await Promise.race([stops, limit]);
    clearTimeout(timer);
  }

  setIntervalMs(intervalMs: number): void {
    for (const runner of this.#runners) runner.setIntervalMs(intervalMs);
  }

  readNow(): void {
    for (const runner of this.#runners) runner.readNow();
  }

  #onFailure(runner: SourceRunner): void {
    this.#merger.forget(runner.name);
    if (!this.#isRunning) return;
    this.#noteDecided();
    if (this.#runners.every(({ status }) => status === 'absent')) void this.#publishAbsence();
    else this.#publish();
  }

  #onReadings(runner: SourceRunner): void {
    const { readings, name } = runner;
    if (readings.some((gpu) => gpu.name === null)) void this.#askFacts();
    const devices = this.#merge();
    this.#ranges.add(devices.filter(({ sources }) => sources.includes(name)));
    const read = devices
      .filter(({ powerSource }) => powerSource === name)
      .map((device) => this.#merger.forEnergy(device));
    if (read.length > 0) this.#options.onReadings?.(read);
    this.#noteDecided();
    this.#publish(devices);
  }

  /** Ends the wait for first answers when all are there. */
  #noteDecided(): void {
    this.#isSettled ||= this.#runners.every(({ status }) => status !== 'looking');
    if (this.#isSettled) clearTimeout(this.#settleTimer);
  }

  /** The devices of all sources. Of a lost source, only what does not change is kept. */
  #merge(): MergedDevice[] {
    return this.#merger.merge(
      this.#runners.flatMap(({ status, name, readings }) => {
        if (status === 'live') return [{ source: name, gpus: readings }];
        return status === 'lost' ? [{ source: name, gpus: withoutLoad(readings) }] : [];
      }),
    );
  }

  /** Publishes what the sources tell, but readings alone only at the pace that readers need. */
  #publish(devices: readonly MergedDevice[] = this.#merge()): void {
    if (!this.#isRunning || !this.#isSettled) return;
    const live = this.#runners.filter(({ status }) => status === 'live');
    const lost = this.#runners.filter(({ status }) => status === 'lost');
    if (live.length + lost.length === 0) return;
    const problems = this.#runners.flatMap(({ problem }) => problem ?? []);
    this.#absenceLogged = false;
    const numbered = this.#merger.numbered(devices);
    this.#devices = numbered;
    const state: GpuState = {
      status: live.length > 0 ? 'live' : 'lost',
      source: (live.length > 0 ? live : lost).map(({ name }) => name).join(', '),
      ...noted(joined('and_also', problems)),
      at: Math.max(...[...live, ...lost].map(({ at }) => at ?? 0)),
      gpus: namedReadings(
        numbered.map(({ reading }) => reading),
        this.#knownFacts,
      ),
    };
    this.#tell(
      state,
      numbered.map(({ key }) => key),
    );
  }

  /** Publishes the static facts when no source works. */
  async #publishAbsence(): Promise<void> {
    const facts = await this.#askFacts();
    if (!this.#isRunning || this.#runners.some(({ status }) => status !== 'absent')) return;
    this.#isSettled = true;
    const gpus = factReadings(facts ?? []);
    const lookedFor = this.#runners.flatMap((runner) => runner.lookedFor);
    const found = gpus.length > 0;
    this.#devices = [];
    const why = this.#runners.flatMap(({ reasons }) => reasons);
    const said = absenceNote(found, lookedFor, why);
    const names = gpus.map((gpu) => gpu.name);
    if (!this.#absenceLogged) this.#options.log.info({ gpus: names }, inEnglish(said));
    this.#absenceLogged = true;
    const status = found ? ('static' as const) : ('none' as const);
    this.#tell({ status, source: null, ...noted(said), at: null, gpus });
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

  /** `keys` are those of the state's devices. */
  #tell(state: GpuState, keys: readonly string[] = []): void {
    clearTimeout(this.#publishTimer);
    this.#options.onSample?.(state);
    const { status, source, note } = this.state;
    const isNews = state.status !== status || state.source !== source || state.note !== note;
    if (!isNews && state.status !== 'live') return;
    const waitMs = this.#publishedAt + this.#limits.publishMs - performance.now();
    if (!isNews && waitMs > 0) {
      this.#publishTimer = setTimeout(() => this.#publish(), waitMs);
      return;
    }
    this.#publishedAt = performance.now();
    this.state = state;
    this.#options.onState(state, this.#ranges.take(keys));
  }
}
