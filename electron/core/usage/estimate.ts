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

/** Output tokens that the server counted up to a place in the stream. */
export interface Counted {
  readonly tokens: number;
  /** Chunks of content up to there. */
  readonly chunks: number;
}

export const NOTHING_COUNTED: Counted = { tokens: 0, chunks: 0 };

/**
 * Fills the blanks of a usage, and only the blanks: input from the request's size (at least 1),
 * output from the content chunks, where the answer was a stream. What is filled is marked estimated.
 *
 * @param counted what the server counted of the output, to which the chunks after it are added
 */
export function fillBlanks(
  usage: Usage,
  seen: PartialAnswer,
  rules: EstimateRules,
  counted: Counted = NOTHING_COUNTED,
): Usage {
  const input = Math.max(1, Math.floor(seen.requestBytes / rules.bytesPerInputToken));
  const uncounted = seen.contentChunks === null ? null : seen.contentChunks - counted.chunks;
  const output =
    uncounted === null ? null : counted.tokens + Math.round(uncounted * rules.tokensPerOutputChunk);
  return withBlanksFrom(usage, usageOf({ input, output }, 'estimated'));
}
