/** Estimates for answers that were cut off before their server told the usage. */
import type { Usage } from '../../../shared/usage.ts';
import { usageOf, withBlanksFrom } from './usage-shapes.ts';

/** The two ratios of the estimate; both are settings. */
export interface EstimateRules {
  /** Request bytes that make one token of the prompt. */
  readonly bytesPerInputToken: number;
  /** Tokens in one content chunk of a stream. */
  readonly tokensPerOutputChunk: number;
}

/** What was seen of a cut-off exchange. */
export interface PartialAnswer {
  readonly requestBytes: number;
  /** Null if the answer was no stream: then nothing says how much was generated. */
  readonly contentChunks: number | null;
  /** The prompt's size if the stream told it on the way. */
  readonly inputTokensSoFar: number | null;
}

/**
 * Fills the blanks of a usage whose exchange did not complete, and only the blanks: input from the
 * request's size (at least 1), output from the content chunks. What is filled is marked estimated.
 */
export function fillBlanks(usage: Usage, seen: PartialAnswer, rules: EstimateRules): Usage {
  const told = usageOf({ input: seen.inputTokensSoFar });
  const input = Math.max(1, Math.floor(seen.requestBytes / rules.bytesPerInputToken));
  const output =
    seen.contentChunks === null
      ? null
      : Math.round(seen.contentChunks * rules.tokensPerOutputChunk);
  return withBlanksFrom(withBlanksFrom(usage, told), usageOf({ input, output }, 'estimated'));
}
