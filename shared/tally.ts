/** Sums over finished exchanges. */

/** Sums over finished exchanges. Token sums hold known counts only. */
export interface Tally {
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** The part of the token sums above that is estimated, not reported. */
  readonly estimatedTokens: number;
  /** Requests whose token counts stayed unknown. */
  readonly unmeteredRequests: number;
  /** GPU energy in joules of the exchanges for which it could be estimated; null if of none. */
  readonly energyJoules: number | null;
}

export interface ModelTally extends Tally {
  readonly model: string;
  /** Mean generation speed over the exchanges that had one, weighted by tokens; null if none. */
  readonly outputTokensPerSecond: number | null;
  /** Completion time of the last exchange, Unix milliseconds. */
  readonly lastUsedAt: number;
}
