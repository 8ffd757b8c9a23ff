import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type {
  GpuDetails,
  GpuInstance,
  GpuProcess,
  PcieLink,
  ThrottleReason,
} from '../../../../shared/gpu.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import { normalPciAddress } from '../pci-address.ts';
import type { EnergySensor, SourceReading } from '../source.ts';

/** What the library answers for one GPU. A value is null if it is not supported or not permitted. */
export interface NvmlAnswers {
  readonly index: number;
  readonly uuid: string | null;
  readonly name: string | null;
  readonly busId: string | null;
  /** Major and minor version as one number, such as 8.9. */
  readonly computeCapability: number | null;
  /** Since the driver was loaded, millijoules. */
  readonly energyMj: number | null;
  /** Milliwatts. */
  readonly powerMw: number | null;
  readonly instantPowerMw: number | null;
  readonly powerLimitMw: number | null;
  readonly utilizationPercent: number | null;
  readonly memoryUtilizationPercent: number | null;
  /** Bytes; null if the library does not tell it, which is so for GPUs that use main memory. */
  readonly memory: { readonly total: number; readonly used: number } | null;
  /** The library has no figure of the memory at all (`NOT_SUPPORTED`). */
  readonly hasNoMemoryFigure: boolean;
  /** Main memory, bytes. */
  readonly systemMemory: { readonly total: number; readonly used: number };
  readonly temperatureC: number | null;
  readonly fanPercent: number | null;
  readonly clockMHz: number | null;
  readonly maxClockMHz: number | null;
  readonly memoryClockMHz: number | null;
  /** A sum of bits. */
  readonly clocksEventReasons: number | null;
  readonly pcieGeneration: number | null;
  readonly pcieWidth: number | null;
  readonly maxPcieGeneration: number | null;
  readonly maxPcieWidth: number | null;
  readonly processes: readonly NvmlProcess[] | null;
  /** The GPU is divided into instances (MIG), for which no power is told. */
  readonly isMig: boolean | null;
  /** Null if the GPU is not divided. */
  readonly instances: readonly NvmlInstance[] | null;
  /** The GPU is a share of one that a hypervisor gives to this virtual machine. */
  readonly isVgpu: boolean | null;
  /** Why the GPU does not answer. */
  readonly failure: 'lost' | 'reset_required' | null;
}

export interface NvmlProcess {
  readonly pid: number;
  readonly name: string | null;
  /** Bytes; null under Windows' driver model. */
  readonly memoryBytes: number | null;
  /** Share of the GPU's time, 0 to 100; null if the library does not tell it. */
  readonly utilizationPercent: number | null;
}

export interface NvmlInstance {
  readonly uuid: string | null;
  readonly name: string | null;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly used: number } | null;
}

const AVERAGING_MS = 1000;
/** The compute capability of GA100, the first Ampere chip. Those that average have a higher one. */
const GA100 = 8;

/** Bits of `nvmlClocksEventReasons`. Bit 0 means idle, which is no reason. */
const REASONS: readonly (readonly [number, ThrottleReason])[] = [
  [0x4, 'power_cap'],
  [0x20, 'thermal'],
  [0x40, 'thermal'],
  [0x8, 'hardware_slowdown'],
  [0x80, 'power_brake'],
  [0x2, 'application_clocks'],
  [0x10, 'sync_boost'],
  [0x100, 'display_clocks'],
];

/**
 * The reading of one GPU. Units are those of `SourceReading`.
 *
 * Source: https://docs.nvidia.com/deploy/nvml-api/ (group `nvmlDeviceQueries`)
 */
export function nvmlReading(answers: NvmlAnswers): SourceReading {
  const isWhole = answers.isMig !== true && answers.isVgpu !== true;
  const hasUnifiedMemory = isWhole && answers.memory === null && answers.hasNoMemoryFigure;
  const memory = hasUnifiedMemory ? answers.systemMemory : answers.memory;
  const { powerW, energySensor } = powerOf(answers);
  return {
    index: answers.index,
    id: answers.uuid,
    name: answers.name,
    vendor: 'nvidia',
    pciAddress: normalPciAddress(answers.busId),
    utilizationPercent: answers.utilizationPercent,
    memoryUsedBytes: memory?.used ?? null,
    memoryTotalBytes: memory?.total ?? null,
    temperatureC: answers.temperatureC,
    powerW,
    powerLimitW: watts(answers.powerLimitMw),
    details: detailsOf(answers, hasUnifiedMemory),
    energySensor,
  };
}

/**
 * The instantaneous power comes first. `nvmlDeviceGetPowerUsage` is a mean of one second on Ampere
 * and newer chips except GA100, and instantaneous on GA100 and older ones.
 */
function powerOf(answers: NvmlAnswers): { powerW: number | null; energySensor: EnergySensor } {
  const { energyMj, powerMw, instantPowerMw, computeCapability } = answers;
  const isMean = instantPowerMw === null && powerMw !== null && (computeCapability ?? 0) > GA100;
  return {
    powerW: watts(instantPowerMw ?? powerMw),
    energySensor: {
      counterJoules: energyMj === null ? null : energyMj / 1000,
      counterRangeJoules: null,
      averagingMs: isMean ? AVERAGING_MS : 0,
    },
  };
}

function detailsOf(answers: NvmlAnswers, hasUnifiedMemory: boolean): GpuDetails {
  const { fanPercent, clockMHz, maxClockMHz, memoryClockMHz, processes } = answers;
  return {
    ...NO_GPU_DETAILS,
    ...{ fanPercent, clockMHz, maxClockMHz, memoryClockMHz },
    memoryUtilizationPercent: answers.memoryUtilizationPercent,
    throttleReasons: throttleReasons(answers.clocksEventReasons),
    // GPUs that use main memory have no PCIe link, and some tell one of generation 1 all the same.
    pcie: hasUnifiedMemory ? null : pcieOf(answers),
    processes: processes === null || isBlind(processes) ? null : processes.map(processOf),
    hasUnifiedMemory,
    instances: answers.instances?.map(instanceOf) ?? null,
    isVirtual: answers.isVgpu,
  };
}

/** Windows' driver model hides the memory of all processes. Another source may know it. */
function isBlind(processes: readonly NvmlProcess[]): boolean {
  return processes.length > 0 && processes.every(({ memoryBytes }) => memoryBytes === null);
}

function throttleReasons(bits: number | null): ThrottleReason[] | null {
  if (bits === null) return null;
  return [...new Set(REASONS.flatMap(([bit, reason]) => ((bits & bit) === 0 ? [] : [reason])))];
}

function pcieOf(answers: NvmlAnswers): PcieLink | null {
  const { pcieGeneration: generation, pcieWidth: width } = answers;
  if (generation === null || width === null) return null;
  const { maxPcieGeneration: maxGeneration, maxPcieWidth: maxWidth } = answers;
  return { generation, width, maxGeneration, maxWidth };
}

function processOf({ pid, name, memoryBytes, utilizationPercent }: NvmlProcess): GpuProcess {
  return { pid, name, memoryBytes, utilizationPercent };
}

function instanceOf({ uuid, name, memory }: NvmlInstance): GpuInstance {
  const [memoryUsedBytes, memoryTotalBytes] = [memory?.used ?? null, memory?.total ?? null];
  return { id: uuid, name, memoryUsedBytes, memoryTotalBytes, powerW: null };
}

function watts(milliwatts: number | null): number | null {
  return milliwatts === null ? null : milliwatts / 1000;
}

/** Codes with which the library can fail as a whole (`nvmlReturn_t`). */
const FAILURES: ReadonlyMap<number, readonly [note: Sentence, isProblem: boolean]> = new Map([
  [4, [sentence('nvidia_denied'), true]],
  [9, [sentence('nvidia_not_loaded'), false]],
  [15, [sentence('nvidia_lost'), true]],
  [18, [sentence('nvidia_updated'), true]],
]);

/** A phrase for people about a failure of the library, and whether the user should act. */
export function nvmlFailure(code: number): {
  readonly note: Sentence;
  readonly isProblem: boolean;
} {
  const unknown = sentence('nvml_failed', { code: String(code) });
  const [note, isProblem] = FAILURES.get(code) ?? [unknown, false];
  return { note, isProblem };
}
