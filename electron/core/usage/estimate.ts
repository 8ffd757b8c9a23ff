/** Estimates for answers that were cut off before their server told the usage. */
import type { Usage } from '../../../shared/usage.ts';
import type { Observations } from './observations.ts';
import { usageOf, withBlanksFrom } from './usage-shapes.ts';

/** The two ratios of the estimate; both are settings. */
export interface EstimateRules {
  /** Request bytes that make one token of the prompt. */
  readonly bytesPerInputToken: number;
  /** Tokens in one content chunk of a stream. */
  readonly tokensPerOutputChunk: number;
}

/** What was seen of a cut-off exchange. */
export type PartialAnswer = Pick<Observations, 'requestBytes' | 'contentChunks'>;

/**
 * Fills the blanks of a usage whose exchange did not complete, and only the blanks: input from the
 * request's size (at least 1), output from the content chunks, where the answer was a stream. What
 * is filled is marked estimated.
 */
export function fillBlanks(usage: Usage, seen: PartialAnswer, rules: EstimateRules): Usage {
  const input = Math.max(1, Math.floor(seen.requestBytes / rules.bytesPerInputToken));
  const output =
    seen.contentChunks === null
      ? null
      : Math.round(seen.contentChunks * rules.tokensPerOutputChunk);
  return withBlanksFrom(usage, usageOf({ input, output }, 'estimated'));
}
