/** What Tokwatt itself uses. */

/** The processes of Tokwatt at one moment, or over a minute of the history. */
export interface FootprintSample {
  /** The end of the time that it covers, Unix milliseconds. */
  readonly at: number;
  /** Processor time by time: 1 is one core that is busy all the time. */
  readonly cpuCores: number;
  /** Memory in use (resident). Memory that processes share counts in each of them. */
  readonly memoryBytes: number;
  /**
   * An estimate, watts: the power of the processor packages by Tokwatt's share of all busy processor
   * time. Null if that power is not measured. The GPU is not in it.
   */
  readonly estimatedPowerW: number | null;
  readonly isWindowOpen: boolean;
}

/** A kind of process with its use now. */
export interface FootprintProcess {
  /** `core` measures and serves; `window` draws; `gpu` and `other` are Chromium's. */
  readonly kind: 'core' | 'window' | 'gpu' | 'other';
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** Means over the minutes of the history with the window open, or closed. */
export interface FootprintMean {
  readonly isWindowOpen: boolean;
  readonly minutes: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly estimatedPowerW: number | null;
}

export interface Footprint {
  /** Null in the first seconds. */
  readonly current: FootprintSample | null;
  readonly processes: readonly FootprintProcess[];
  /** One sample a minute since the start, at most a day, the oldest first. */
  readonly history: readonly FootprintSample[];
  /** At most two: with the window open and closed. */
  readonly means: readonly FootprintMean[];
}
