/** GPU readings. Each value is a number, or null if the tool does not report it. */
import type { Sentence } from './sentences.ts';

export type GpuVendor = 'nvidia' | 'amd' | 'intel' | 'apple' | 'other';

/** Why a GPU runs below its highest clocks. Idle clocks are no reason. */
export type ThrottleReason = (typeof THROTTLE_REASONS)[number];
export const THROTTLE_REASONS = [
  'power_cap',
  'thermal',
  'hardware_slowdown',
  'power_brake',
  'application_clocks',
  'sync_boost',
  'display_clocks',
] as const;

/** The PCIe link. Both values drop while a GPU is idle, so they mean something under load only. */
export interface PcieLink {
  readonly generation: number;
  readonly width: number;
  /** What card and slot can do together; null if unknown. */
  readonly maxGeneration: number | null;
  readonly maxWidth: number | null;
}

/** A process that uses a GPU. */
export interface GpuProcess {
  readonly pid: number;
  /** Null if another user's process hides it. */
  readonly name: string | null;
  readonly memoryBytes: number | null;
  /** Its share of the GPU's time, 0 to 100; null if the source does not tell it. */
  readonly utilizationPercent: number | null;
}

/** A part of a GPU that is divided into instances (NVIDIA's MIG). */
export interface GpuInstance {
  readonly id: string | null;
  readonly name: string | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  /** No driver tells the power of a part. That of the GPU is of all parts together. */
  readonly powerW: null;
}

/** Further figures that only some sources report. */
export interface GpuDetails {
  readonly fanPercent: number | null;
  readonly clockMHz: number | null;
  readonly maxClockMHz: number | null;
  readonly memoryClockMHz: number | null;
  /** Share of time in which memory was read or written, 0 to 100. */
  readonly memoryUtilizationPercent: number | null;
  /** Empty if nothing slows the GPU down. */
  readonly throttleReasons: readonly ThrottleReason[] | null;
  readonly pcie: PcieLink | null;
  readonly processes: readonly GpuProcess[] | null;
  /** True if the GPU's memory is the main memory, as in an APU or an Apple chip. */
  readonly hasUnifiedMemory: boolean | null;
  /** The parts of a divided GPU; null if it is not divided or the source does not tell it. */
  readonly instances: readonly GpuInstance[] | null;
  /** True for a share of a GPU that a hypervisor gives to a virtual machine (vGPU). */
  readonly isVirtual: boolean | null;
}

/** Nothing is known. */
export const NO_GPU_DETAILS: GpuDetails = {
  fanPercent: null,
  clockMHz: null,
  maxClockMHz: null,
  memoryClockMHz: null,
  memoryUtilizationPercent: null,
  throttleReasons: null,
  pcie: null,
  processes: null,
  hasUnifiedMemory: null,
  instances: null,
  isVirtual: null,
};

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
  /** True if the GPU sleeps. It was not woken to be read, so its figures are unknown. */
  readonly isAsleep?: boolean;
  /** Absent if the source reports none of them. */
  readonly details?: GpuDetails;
}

/** Least, mean and greatest of several readings. */
export interface ValueRange {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** A GPU's readings since the last state, of which the state has the newest. */
export interface GpuRanges {
  readonly utilizationPercent: ValueRange | null;
  readonly memoryUsedBytes: ValueRange | null;
  readonly temperatureC: ValueRange | null;
  readonly powerW: ValueRange | null;
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
  readonly noteSentence: Sentence | null;
  /** When the readings were taken, Unix milliseconds. */
  readonly at: number | null;
  readonly gpus: readonly GpuReading[];
}

export const GPU_STARTING: GpuState = {
  status: 'starting',
  source: null,
  note: null,
  noteSentence: null,
  at: null,
  gpus: [],
};
