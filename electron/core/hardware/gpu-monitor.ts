import type { GpuState } from '../../../shared/gpu.ts';
import type { Log } from '../log.ts';
import type { ObservedSettings } from '../settings/settings-store.ts';
import { EnergyMeter } from './energy/energy-meter.ts';
import { energyReadings } from './energy/energy-readings.ts';
import { createGpuPoller } from './poller.ts';
import type { GpuPoller } from './poller.ts';
import type { GpuSource, SourceReading } from './source.ts';

interface GpuMonitorOptions {
  readonly settings: ObservedSettings;
  readonly log: Log;
  /** Whether a model is loaded on this machine; null if unknown. By default it is unknown. */
  readonly hasModel?: () => boolean | null;
  /** Called with each new state. */
  readonly onState: (state: GpuState) => void;
  /** The platform's sources by default. */
  readonly sources?: readonly GpuSource[];
}

/**
 * Reads the GPUs at the interval of the settings and meters their energy. The state's note says if
 * a GPU's energy counter cannot be used.
 */
export class GpuMonitor {
  readonly energy = new EnergyMeter(performance.now());
  readonly #poller: GpuPoller;
  readonly #log: Log;
  readonly #hasModel: () => boolean | null;
  #note: string | null = null;

  constructor({ settings, log, hasModel, onState, sources }: GpuMonitorOptions) {
    this.#log = log;
    this.#hasModel = hasModel ?? (() => null);
    this.#poller = createGpuPoller({
      intervalMs: settings.current.gpuIntervalMs,
      log,
      ...(sources === undefined ? {} : { sources }),
      onReadings: (gpus) => this.#meter(gpus),
      onState: (state) => onState(this.#withNote(state)),
    });
    settings.onChange(({ gpuIntervalMs }) => this.#poller.setIntervalMs(gpuIntervalMs));
  }

  get state(): GpuState {
    return this.#withNote(this.#poller.state());
  }

  start(): void {
    this.#poller.start();
  }

  /** Resolves when no child process is left. */
  stop(): Promise<void> {
    return this.#poller.stop();
  }

  #meter(gpus: readonly SourceReading[]): void {
    this.energy.noteModels(this.#hasModel());
    this.energy.onReadings(energyReadings(gpus), performance.now());
    const { note } = this.energy;
    if (note !== null && note !== this.#note) this.#log.warn({ note }, 'an energy counter is bad');
    this.#note = note;
  }

  #withNote(state: GpuState): GpuState {
    return state.status === 'live' ? { ...state, note: state.note ?? this.#note } : state;
  }
}
