/** Power and state of the whole machine. Each value is a number, or null if nothing reports it. */
import type { Sentence } from './sentences.ts';

/** A meter in the wall socket, which the user configured. */
export interface WallReading {
  /** The name that the user gave it. */
  readonly name: string;
  readonly powerW: number | null;
  /** Energy since a moment that the meter chooses, joules. */
  readonly counterJoules: number | null;
}

/** The machine at one moment. */
export interface MachineReading {
  /** Unix milliseconds. */
  readonly at: number;
  /** Power of all processor packages (RAPL or the like), watts. */
  readonly cpuPowerW: number | null;
  /** What the battery delivers, watts; 0 on mains. */
  readonly batteryW: number | null;
  /** Null for a machine without a battery. */
  readonly isOnBattery: boolean | null;
  /** The power profile of the operating system, such as `power-saver` or `low-power`. */
  readonly powerProfile: string | null;
  readonly wall: WallReading | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly swapUsedBytes: number | null;
}

/** Nothing is known. */
export const NO_MACHINE_FIGURES: Omit<MachineReading, 'at'> = {
  cpuPowerW: null,
  batteryW: null,
  isOnBattery: null,
  powerProfile: null,
  wall: null,
  memoryUsedBytes: null,
  memoryTotalBytes: null,
  swapUsedBytes: null,
};

export interface MachineState {
  /** Null until the first reading. */
  readonly reading: MachineReading | null;
  /** What could be measured but is not, and what to do. One sentence or two each. */
  readonly notes: readonly string[];
  /** The same notes for other languages, in their order; null for words of another program. */
  readonly noteSentences: readonly (Sentence | null)[];
}

export const MACHINE_STARTING: MachineState = {
  reading: null,
  notes: [],
  noteSentences: [],
};
