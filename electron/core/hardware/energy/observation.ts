/** The mean power of one device over a span. Moments are monotonic milliseconds, `to` > `from`. */
export interface Observation {
  readonly from: number;
  readonly to: number;
  readonly watts: number;
}

/** One reading of a device's sensors. A value is null if the source does not tell it. */
export interface EnergySample {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly powerW: number | null;
  /** Energy since a moment that the driver chooses, joules. */
  readonly counterJoules: number | null;
  /** Share of time with work, 0 to 100. */
  readonly utilizationPercent: number | null;
}

/** How a device's sensors work. */
export interface SensorTraits {
  /**
   * Length of the window before a reading over which its power is the mean, milliseconds; 0 for
   * an instantaneous value.
   */
  readonly averagingMs: number;
  /** The value at which the counter starts again from 0, joules; null if it never does. */
  readonly counterRangeJoules: number | null;
}

/** Length of the bins into which time is divided, milliseconds. */
export const BIN_MS = 50;

/** The start of the bin that contains a moment. */
export function binStart(at: number): number {
  return Math.floor(at / BIN_MS) * BIN_MS;
}
