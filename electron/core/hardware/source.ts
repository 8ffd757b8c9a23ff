import type { GpuReading } from '../../../shared/gpu.ts';

/** What a source says of one GPU; its name is null where the source does not know it. */
export interface SourceReading extends Omit<GpuReading, 'name'> {
  readonly name: string | null;
}

/** What one run of a source tells. Nothing comes after `ended`. */
export interface GpuSourceEvents {
  /** All GPUs of the source at one moment. */
  readings(gpus: readonly SourceReading[]): void;
  /** The run is over: the tool is not there, cannot work, or died. `note` is a phrase for people. */
  ended(note: string): void;
}

export interface GpuSourceRun {
  /** Ends the run; resolves when its processes are gone. Neither event comes after the call. */
  stop(): Promise<void>;
}

/**
 * A way to read GPUs. `open` begins one run and returns at once. A source neither restarts itself
 * nor notices that it hangs: the poller does, the same way for all of them.
 */
export interface GpuSource {
  /** The tool's name, such as `nvidia-smi`. */
  readonly name: string;
  /** What is looked for, for the note that says nothing was found. */
  readonly lookedFor: string;
  open(events: GpuSourceEvents): GpuSourceRun;
}
