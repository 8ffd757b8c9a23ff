import type { GpuState } from '../../../shared/gpu.ts';
import type { Log } from '../log.ts';
import type { ObservedSettings } from '../settings/settings-store.ts';
import { EnergyMeter } from './energy.ts';
import { createGpuPoller } from './poller.ts';
import type { GpuPoller } from './poller.ts';

interface GpuMonitorOptions {
  readonly settings: ObservedSettings;
  readonly log: Log;
  /** Called with each new state. */
  readonly onState: (state: GpuState) => void;
}

/** Reads the GPUs at the interval of the settings and meters their energy. */
export class GpuMonitor {
  readonly energy = new EnergyMeter(performance.now());
  readonly #poller: GpuPoller;

  constructor({ settings, log, onState }: GpuMonitorOptions) {
    this.#poller = createGpuPoller({
      intervalMs: settings.current.gpuIntervalMs,
      log,
      onState: (state) => {
        this.energy.onReading(state, performance.now());
        onState(state);
      },
    });
    settings.onChange(({ gpuIntervalMs }) => this.#poller.setIntervalMs(gpuIntervalMs));
  }

  get state(): GpuState {
    return this.#poller.state();
  }

  start(): void {
    this.#poller.start();
  }

  /** Resolves when no child process is left. */
  stop(): Promise<void> {
    return this.#poller.stop();
  }
}
