import type { Efficiency } from './efficiency.ts';
import type { Tally } from './tally.ts';

/** Requests that match every given field. */
export interface JobFilter {
  readonly model?: string | undefined;
  readonly upstream?: string | undefined;
  /** The application's name. */
  readonly client?: string | undefined;
  /** A key's fingerprint. */
  readonly key?: string | undefined;
}

/** Times are Unix milliseconds. */
export interface JobRun {
  readonly startedAt: number;
  /** Null while it runs. */
  readonly stoppedAt: number | null;
  /** The record before its first. */
  readonly afterId: number;
  readonly upToId: number | null;
}

/** A named measurement that sums matching requests while it runs. */
export interface JobView {
  readonly name: string;
  readonly filter: JobFilter;
  /** Oldest first; at least one. */
  readonly runs: readonly JobRun[];
  readonly tally: Tally;
  readonly running: boolean;
  /** Without its pauses. */
  readonly runTimeMs: number;
  readonly efficiency: Efficiency;
}
