/** GPU readings. Each value is a number, or null if the tool does not report it. */

export type GpuVendor = 'nvidia' | 'amd' | 'intel' | 'apple' | 'other';

/** One GPU at one moment. */
export interface GpuReading {
  readonly index: number;
  /** A stable id if the tool has one (NVIDIA's UUID, a PCI address). */
  readonly id: string | null;
  readonly name: string;
  readonly vendor: GpuVendor;
  /** Share of time with a kernel running, 0 to 100. */
  readonly utilizationPercent: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly temperatureC: number | null;
  readonly powerW: number | null;
  readonly powerLimitW: number | null;
}

/**
 * - `starting`: nothing is known yet
 * - `none`: no GPU was found; `note` says what was searched for
 * - `static`: there is a GPU, but no tool on this machine reports its load
 * - `live`: readings arrive
 * - `lost`: readings have stopped; `note` says why
 */
export type GpuStatus = 'starting' | 'none' | 'static' | 'live' | 'lost';

export interface GpuState {
  readonly status: GpuStatus;
  /** The tool that takes the readings, such as `nvidia-smi`. */
  readonly source: string | null;
  readonly note: string | null;
  /** When the readings were taken, Unix milliseconds. */
  readonly at: number | null;
  readonly gpus: readonly GpuReading[];
}

export const GPU_STARTING: GpuState = {
  status: 'starting',
  source: null,
  note: null,
  at: null,
  gpus: [],
};
