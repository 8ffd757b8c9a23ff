/** The circumstances of one exchange, from the moment its request was sent until its end. */
import type { ThrottleReason } from '../../../shared/gpu.ts';
import type { MachineReading } from '../../../shared/machine.ts';
import type { LoadedModel } from '../../../shared/slices.ts';

/** The PCIe link in the readings under load. */
export interface LinkDuring {
  /** Readings under load that told the link, and those of them in which it was below its maximum. */
  readonly samples: number;
  readonly below: number;
  /** The link in the last reading below its maximum. */
  readonly generation: number;
  readonly width: number;
  readonly maxGeneration: number;
  readonly maxWidth: number;
}

/** A process other than a model server that used the GPU. */
export interface OtherProcess {
  readonly name: string;
  /** Its mean share of the GPU's time, 0 to 100. */
  readonly utilizationPercent: number;
}

/** One GPU during an exchange. Means and counts are over its readings; null if none told it. */
export interface GpuDuring {
  readonly name: string;
  readonly samples: number;
  /** Share of the readings with this reason, 0 to 1; null if no reading tells reasons. */
  readonly throttled: Readonly<Record<ThrottleReason, number>> | null;
  readonly utilizationPercent: number | null;
  readonly memoryUtilizationPercent: number | null;
  readonly clockMHz: number | null;
  readonly maxClockMHz: number | null;
  readonly powerW: number | null;
  readonly powerLimitW: number | null;
  readonly maxTemperatureC: number | null;
  readonly maxMemoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly hasUnifiedMemory: boolean | null;
  readonly link: LinkDuring | null;
  /** The process that used the GPU most beside the model servers; null if none is told. */
  readonly other: OtherProcess | null;
}

export interface ExchangeContext {
  /** The model as its server listed it; null if it was not listed. */
  readonly loadedModel: LoadedModel | null;
  /** Exchanges in flight at the same upstream, this one included: mean over its time. */
  readonly meanInFlight: number | null;
  /** Empty for a server on another machine. */
  readonly gpus: readonly GpuDuring[];
  /** The machine at the end; null if nothing reads it or the server is on another machine. */
  readonly machine: MachineReading | null;
}

export const NO_CONTEXT: ExchangeContext = {
  loadedModel: null,
  meanInFlight: null,
  gpus: [],
  machine: null,
};
