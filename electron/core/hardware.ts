import type { GpuDevice } from '../../shared/gpu-devices.ts';
import type { GpuRanges, GpuState } from '../../shared/gpu.ts';
import type { MachineState } from '../../shared/machine.ts';
import type { Message, Sentence } from '../../shared/sentences.ts';
import type { Configuration } from './configuration.ts';
import type { DeviceBooks } from './hardware/energy/device-books.ts';
import type { EnergyMeter } from './hardware/energy/energy-meter.ts';
import { GpuMonitor } from './hardware/gpu-monitor.ts';
import type { StartHelper } from './hardware/child-process/helper-process.ts';
import { pciDriver } from './hardware/linux/pci-driver.ts';
import { OwnFootprint } from './hardware/own-footprint.ts';
import type { OwnProcesses } from './hardware/own-footprint.ts';
import { MachineMonitor } from './hardware/machine-monitor.ts';
import { WallEnergy } from './hardware/wall/wall-energy.ts';
import { createWallMeterSource } from './hardware/wall/wall-meter.ts';
import type { Log } from './log.ts';

export interface HardwareOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  /** How the processes that call drivers are started; without it there are none. */
  readonly startHelper?: StartHelper | undefined;
  /** Tokwatt's own processes; this one alone by default. */
  readonly ownProcesses?: OwnProcesses | undefined;
  /** Whether a model is loaded on this machine; null if unknown. */
  readonly hasModel: () => boolean | null;
  /**
   * Called with each new state of the GPUs, and the ranges of the readings since the last one,
   * before its slice is marked.
   */
  readonly onGpu: (state: GpuState, ranges: readonly (GpuRanges | null)[]) => void;
  /** Called with each reading: several between two states while exchanges run. */
  readonly onGpuSample: (state: GpuState) => void;
  /** Marks slices of the state as changed. */
  readonly touch: (...slices: ('gpu' | 'machine')[]) => void;
  /** Shows a warning about a topic; null removes it. */
  readonly tell: (topic: string, message: Message | null) => void;
}

/** Everything that reads sensors: the GPUs with their energy, and the whole machine. */
export class Hardware {
  readonly #gpus: GpuMonitor;
  readonly #machine: MachineMonitor;
  readonly #wall = new WallEnergy();
  /** What Tokwatt itself uses. */
  readonly footprint: OwnFootprint;
  readonly #configuration: Configuration;
  /** The wall meter's setting that is in force, as JSON. */
  #wallMeter = 'null';
  #wallNote: Sentence | null = null;

  constructor({ configuration, log, onGpu, touch, tell, ...options }: HardwareOptions) {
    this.#configuration = configuration;
    this.#gpus = new GpuMonitor({
      settings: configuration.settings,
      log,
      hasModel: options.hasModel,
      onSample: options.onGpuSample,
      ...(options.startHelper === undefined ? {} : { startHelper: options.startHelper }),
      onState: (gpu, ranges) => {
        onGpu(gpu, ranges);
        touch('gpu');
      },
    });
    this.#machine = new MachineMonitor({
      log,
      onState: ({ reading }) => {
        this.#wall.note(reading?.wall ?? null, performance.now());
        touch('machine');
      },
      onWallNote: (note) => {
        if (note !== this.#wallNote) tell('wall-meter', note);
        this.#wallNote = note;
      },
    });
    this.footprint = new OwnFootprint({
      cpuPowerW: () => this.machine.reading?.cpuPowerW ?? null,
      processes: options.ownProcesses,
    });
    configuration.settings.onChange(() => this.#followWallMeter());
  }

  get energy(): EnergyMeter {
    return this.#gpus.energy;
  }

  /** Where the energy of the GPUs went, and that at the wall, if a meter is set up. */
  get books(): readonly DeviceBooks[] {
    return [...this.#gpus.energy.books, ...this.#wall.books];
  }

  get gpu(): GpuState {
    return this.#gpus.state;
  }

  /** What the GPUs are. The driver is known on Linux only. */
  devices(): Promise<readonly GpuDevice[]> {
    return Promise.all(
      this.#gpus.devices.map(async (gpu) => ({
        ...gpu,
        driver: gpu.pciAddress === null ? null : await pciDriver(gpu.pciAddress),
      })),
    );
  }

  get machine(): MachineState {
    return this.#machine.state;
  }

  /**
   * What the loaded models of this machine cost while they wait, watts, over all GPUs; null until the
   * idle power of a GPU is known with and without one.
   */
  get phantomWatts(): number | null {
    const known = this.energy.baselines.flatMap(({ phantomWatts }) => phantomWatts ?? []);
    return known.length === 0 ? null : known.reduce((sum, watts) => sum + watts, 0);
  }

  start(): void {
    this.#gpus.start();
    this.#followWallMeter();
    this.#machine.start();
    this.footprint.start();
  }

  /** Resolves when no child process is left. */
  async stop(): Promise<void> {
    this.#machine.stop();
    this.footprint.stop();
    await this.#gpus.stop();
  }

  #followWallMeter(): void {
    const { settings, keys } = this.#configuration;
    const setting = settings.current.hardware.wallMeter;
    const text = JSON.stringify(setting);
    if (text === this.#wallMeter) return;
    this.#wallMeter = text;
    const token = (): string | null => (setting === null ? null : keys.wallMeterToken(setting));
    this.#machine.setWallMeter(setting === null ? null : createWallMeterSource({ setting, token }));
  }
}
