import type { MachineReading } from '../../../../shared/machine.ts';
import type { Sentence } from '../../../../shared/sentences.ts';

/** The figures of a reading without its time. */
export type MachineFigures = Omit<MachineReading, 'at'>;

/** What one source reads of the machine at one moment. */
export interface MachinePart {
  readonly figures: Partial<MachineFigures>;
  /** What is wrong and what to do, for people; null if nothing is. */
  readonly note: Sentence | null;
}

/** A way to read some figures of the machine. A read may take long and may reject. */
export interface MachineSource {
  readonly name: string;
  /** Time from one answer to the next read, milliseconds. */
  readonly intervalMs: number;
  /** `signal` is aborted when the monitor stops. */
  read(signal: AbortSignal): Promise<MachinePart>;
}
