/** Sums over finished exchanges. */
import type { EnergySums } from './energy-sums.ts';

/** Sums over finished exchanges. Token sums include known counts only. */
export interface Tally extends EnergySums {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** The part of the token sums above that is estimated, not reported. */
  readonly estimatedTokens: number;
  /** Requests with unknown token counts. */
  readonly unmeteredRequests: number;
  /** GPU energy in joules of the exchanges with an estimate; null if there are none. */
  readonly energyJoules: number | null;
}

export interface ModelTally extends Tally {
  readonly model: string;
  /**
   * Mean generation speed of the exchanges with a reported or derived speed, weighted by tokens;
   * null if there are none. Estimated speeds are left out.
   */
  readonly outputTokensPerSecond: number | null;
  /** Completion time of the last exchange, Unix milliseconds. */
  readonly lastUsedAt: number;
}
