/** Time limits and waits, milliseconds. */
export interface GpuTimeouts {
  /** Limit for a run's first readings. A driver that must be loaded first takes seconds. */
  readonly firstReadingMs: number;
  /** Longest time between readings. A longer silence counts as a hang. */
  readonly silenceMs: number;
  /** First and longest wait before a lost source is restarted; doubled after every failure. */
  readonly restartMs: number;
  readonly restartCapMs: number;
  /** Wait before a source that found nothing is tried again (a driver may be loaded later). */
  readonly lookAgainMs: number;
  /** How long the first state waits for slow sources, so that devices keep one order. */
  readonly settleMs: number;
  /** Least time between two states that differ in their readings alone. */
  readonly publishMs: number;
  /** Longest wait for runs to end when the poller stops. A tool in the kernel ends at no signal. */
  readonly stopMs: number;
}

/** The usual limits for readings that are due every `intervalMs`. */
export function gpuTimeouts(intervalMs: number): GpuTimeouts {
  return {
    firstReadingMs: Math.max(15_000, intervalMs * 5),
    silenceMs: Math.max(5000, intervalMs * 5),
    restartMs: 1000,
    restartCapMs: 30_000,
    lookAgainMs: 300_000,
    settleMs: 2000,
    publishMs: 1000,
    stopMs: 5000,
  };
}
