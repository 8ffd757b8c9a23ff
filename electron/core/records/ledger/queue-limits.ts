/** How much may wait to be stored, and when it is sent. */
export interface QueueLimits {
  /** Most waiting rows. Beyond that, the oldest are dropped. */
  readonly rows: number;
  /** A transaction starts when this many rows wait, or when the first has waited `flushMs`. */
  readonly batchRows: number;
  readonly flushMs: number;
  /** The interval for transactions with only GPU samples and peaks. */
  readonly sideFlushMs: number;
  /** The wait after a failure; doubled each time up to `maxRetryMs`. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

export const DEFAULT_QUEUE_LIMITS: QueueLimits = {
  rows: 20_000,
  batchRows: 200,
  // A kill loses no more than what finished in this time. A transaction takes about two milliseconds of a core.
  flushMs: 50,
  sideFlushMs: 10_000,
  retryMs: 1_000,
  maxRetryMs: 15_000,
};
