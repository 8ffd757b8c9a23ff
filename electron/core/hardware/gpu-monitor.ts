import type { GpuRanges, GpuState } from '../../../shared/gpu.ts';
import { inEnglish } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { Log } from '../log.ts';
import type { ObservedSettings } from '../settings/settings-store.ts';
import { EnergyMeter } from './energy/energy-meter.ts';
import { energyReadings } from './energy/energy-readings.ts';
import { defaultGpuSources } from './default-sources.ts';
import type { StartHelper } from './child-process/helper-process.ts';
import { createGpuPoller } from './poller.ts';
import type { GpuPoller } from './poller.ts';
import type { SeenGpu } from './gpu-devices.ts';
import { SamplingPace } from './sampling-pace.ts';
import type { GpuSource, SourceReading } from './source.ts';

interface GpuMonitorOptions {
  readonly settings: ObservedSettings;
  readonly log: Log;
  /** Whether a model is loaded on this machine; null if unknown. By default it is unknown. */
  readonly hasModel?: () => boolean | null;
  /** Called with each new state, and the ranges of the readings since the last one. */
  readonly onState: (state: GpuState, ranges: readonly (GpuRanges | null)[]) => void;
  /** Called with each reading: several between two states while exchanges run. */
  readonly onSample?: (state: GpuState) => void;
  /** How the processes that call drivers are started; without it there are none. */
  readonly startHelper?: StartHelper;
  /** The platform's sources by default. */
  readonly sources?: readonly GpuSource[];
}

/**
 * Reads the GPUs at a pace that follows the work and meters their energy. The state's note says if a
 * GPU's energy counter cannot be used.
 */
export class GpuMonitor {
  readonly energy = new EnergyMeter(performance.now());
  readonly #poller: GpuPoller;
  readonly #pace: SamplingPace;
  readonly #log: Log;
  readonly #hasModel: () => boolean | null;
  #note: Sentence | null = null;

  constructor({ settings, log, onState, ...options }: GpuMonitorOptions) {
    this.#log = log;
    this.#hasModel = options.hasModel ?? (() => null);
    const reader = {
      setIntervalMs: (intervalMs: number) => this.#poller.setIntervalMs(intervalMs),
      readNow: () => this.#poller.readNow(),
    };
    this.#pace = new SamplingPace(reader, settings.current.gpuIntervalMs);
    this.#poller = createGpuPoller({
      intervalMs: this.#pace.intervalMs,
      log,
      sources: options.sources ?? defaultGpuSources(process.platform, options.startHelper),
      onReadings: (gpus) => this.#meter(gpus),
      onState: (state, ranges) => onState(this.#withNote(state), ranges),
      ...(options.onSample === undefined ? {} : { onSample: options.onSample }),
    });
    settings.onChange(({ gpuIntervalMs }) => (this.#pace.settingMs = gpuIntervalMs));
    this.energy.onActivity = (inFlight) => this.#pace.onActivity(inFlight);
  }

  get state(): GpuState {
    return this.#withNote(this.#poller.state());
  }

  get devices(): readonly SeenGpu[] {
    return this.#poller.devices();
  }

  start(): void {
    this.#poller.start();
  }

  /** Resolves when no child process is left. */
  stop(): Promise<void> {
    this.#pace.stop();
    return this.#poller.stop();
  }

  #meter(gpus: readonly SourceReading[]): void {
    this.energy.noteModels(this.#hasModel());
    this.energy.onReadings(energyReadings(gpus), performance.now());
    const { note } = this.energy;
    if (note !== null && note !== this.#note) {
      this.#log.warn({ note: inEnglish(note) }, 'an energy counter is bad');
    }
    this.#note = note;
  }

  #withNote(state: GpuState): GpuState {
    const note = this.#note;
    if (state.status !== 'live' || state.note !== null || note === null) return state;
    return { ...state, note: inEnglish(note), noteSentence: note };
  }
}
