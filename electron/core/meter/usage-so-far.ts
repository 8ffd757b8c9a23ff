import { attempt } from './attempt.ts';
import type { Estimate, Estimator } from '../usage/estimate.ts';
import type { ResponseReader } from '../usage/extractor.ts';

/** The counts of an exchange before its end. */
export interface UsageSoFar {
  /** The prompt's size as the stream reported it; null if it did not yet. */
  readonly inputTokens: number | null;
  /** Estimated from the content; null before any content of a stream. */
  readonly output: Estimate | null;
}

/**
 * The counts that the row would have if the stream were cut off now. Never throws, because it is
 * also used after the reader or the estimator has failed.
 *
 * @param chunks content chunks so far
 */
export function usageSoFar(
  reader: ResponseReader | null,
  chunks: number,
  estimator: () => Estimator,
): UsageSoFar {
  const characters = attempt(() => reader?.characters) ?? 0;
  const byEstimator = (): Estimate | null =>
    estimator().output({ contentChunks: chunks, characters });
  return {
    inputTokens: attempt(() => reader?.inputTokensSoFar) ?? null,
    output: chunks === 0 ? null : (attempt(byEstimator) ?? { tokens: chunks, error: null }),
  };
}
