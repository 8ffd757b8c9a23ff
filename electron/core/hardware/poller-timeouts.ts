/** Time limits and waits, milliseconds. */
export interface GpuTimeouts {
  /** Limit for a run's first readings. A driver that must be loaded first takes seconds. */
  readonly firstReadingMs: number;
  /** Longest time between readings. A longer silence counts as a hang. */
  readonly silenceMs: number;
  /** First and longest wait before a lost source is restarted; doubled after every failure. */
  readonly restartMs: number;
  readonly restartCapMs: number;
  /** Wait before all sources are tried again if none worked (a driver may be loaded later). */
  readonly lookAgainMs: number;
}

/** The usual limits for readings that are due every `intervalMs`. */
export function gpuTimeouts(intervalMs: number): GpuTimeouts {
  return {
    firstReadingMs: Math.max(15_000, intervalMs * 5),
    silenceMs: Math.max(5000, intervalMs * 5),
    restartMs: 1000,
    restartCapMs: 30_000,
    lookAgainMs: 300_000,
  };
}
