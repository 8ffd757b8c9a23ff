import type { GpuReading } from '../../../shared/gpu.ts';
import type { Message } from '../../../shared/sentences.ts';

/** What a source tells of a GPU's sensors for energy, beside its power. */
export interface EnergySensor {
  /** Energy since a moment that the driver chooses, joules; null if there is no such counter. */
  readonly counterJoules: number | null;
  /** The value at which the counter starts again from 0, joules; null if it never does. */
  readonly counterRangeJoules: number | null;
  /**
   * Length of the window before the reading over which the power is the mean, milliseconds; 0 for
   * an instantaneous value.
   */
  readonly averagingMs: number;
}

/** One GPU as a source reads it. The name is null if the source does not know it. */
export interface SourceReading extends Omit<GpuReading, 'name'> {
  readonly name: string | null;
  /** In any form, if the id is not the PCI address itself. Devices of two sources match by it. */
  readonly pciAddress?: string | null;
  /** Without it, the power is taken as instantaneous, and there is no counter. */
  readonly energySensor?: EnergySensor;
}

/** Events of one run of a source. No event follows `ended`. */
export interface GpuSourceEvents {
  /** All GPUs of the source at one moment. */
  readings(gpus: readonly SourceReading[]): void;
  /**
   * The run is over: the tool is missing, cannot work, or died. `note` is a phrase for people.
   * `isProblem` says that there is a device but it cannot be read, and the note what to do. A
   * source that ends before its first readings is told to the user only then, if others work.
   */
  ended(note: Message, isProblem?: boolean): void;
}

export interface GpuSourceRun {
  /** Ends the run. Resolves when its processes are gone. No event follows the call. */
  stop(): Promise<void>;
  /** Reads at another pace from now on. A run without this method is replaced by a new one. */
  setIntervalMs?(intervalMs: number): void;
  /** Reads once now, beside the usual pace, if that is possible. Returns at once. */
  readNow?(): void;
}

/**
 * A way to read GPUs. `open` begins one run and returns at once. The poller restarts sources and
 * detects hangs, the same way for all of them.
 */
export interface GpuSource {
  /** The tool's name, such as `nvidia-smi`. */
  readonly name: string;
  /** What is searched for, used in the note that nothing was found. */
  readonly lookedFor: Message;
  /** A source of the same devices that is used only while this one does not work. */
  readonly fallback?: GpuSource;
  /** `intervalMs` is the time from one reading to the next. */
  open(events: GpuSourceEvents, intervalMs: number): GpuSourceRun;
}
