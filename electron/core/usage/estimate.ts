/** Estimates the counts that a server did not report, or did not report credibly. */
import type { EstimateErrors, Usage } from '../../../shared/usage.ts';
import type { Observations } from './observations.ts';
import { usageOf, withBlanksFrom } from './usage-shapes.ts';

/** The two ratios for estimates. Both are settings. */
export interface EstimateRules {
  /** Request bytes per prompt token. */
  readonly bytesPerInputToken: number;
  /** Tokens per content chunk of a stream. */
  readonly tokensPerOutputChunk: number;
}

export interface Estimate {
  readonly tokens: number;
  /** The expected relative error as a fraction; null if it is unknown. */
  readonly error: number | null;
}

/** The observations that an output is estimated from. */
export type OutputBasis = Pick<Observations, 'contentChunks' | 'characters'>;

/** Estimates for one model. */
export interface Estimator {
  /** The prompt's tokens for the bytes of the decoded request; at least 1. */
  readonly input: (requestBytes: number) => Estimate;
  /** Null if nothing was seen that it could be estimated from. */
  readonly output: (basis: OutputBasis) => Estimate | null;
}

/** The observations that estimates use. */
export type Basis = OutputBasis &
  Pick<Observations, 'isText' | 'isSized' | 'readable' | 'requestBytes'>;

/** For texts without chunks to count, or with long chunks. */
const CHARACTERS_PER_TOKEN = 4;
/**
 * Average characters per expected token. Above it, chunks hold more tokens than the setting says.
 */
const LONG_CHUNK = 8;

/** Output tokens that the server counted up to a position in the stream. */
export interface Counted {
  readonly tokens: number;
  /** Content chunks up to that position. */
  readonly chunks: number;
}

export const NOTHING_COUNTED: Counted = { tokens: 0, chunks: 0 };

/** Estimates with the ratios from the settings. Their error is unknown. */
export function ruleEstimator(rules: EstimateRules): Estimator {
  const { bytesPerInputToken, tokensPerOutputChunk } = rules;
  const byRule = (tokens: number): Estimate => ({ tokens, error: null });
  return {
    input: (bytes) => byRule(Math.max(1, Math.floor(bytes / bytesPerInputToken))),
    output: ({ contentChunks, characters }) => {
      const byText = Math.ceil(characters / CHARACTERS_PER_TOKEN);
      // Without content, the server may still have generated something.
      if (contentChunks === null || contentChunks === 0) {
        return characters === 0 ? null : byRule(byText);
      }
      const byChunks = contentChunks * tokensPerOutputChunk;
      return byRule(characters > byChunks * LONG_CHUNK ? byText : Math.round(byChunks));
    },
  };
}

/** A usage whose unknown fields were estimated as far as possible. */
export interface FilledUsage {
  readonly usage: Usage;
  readonly errors: EstimateErrors;
}

/** The errors of a usage without estimates. */
export const NO_ERRORS: EstimateErrors = { input: null, output: null };

/**
 * Fills the unknown fields of a usage: input from the request's size, output from the content
 * chunks or from the characters. The filled fields are marked as estimated. The sizes of sound and
 * images say nothing about tokens. If a body could not be decoded to its end, the output up to that
 * position is still estimated.
 *
 * @param counted the part of the output that the server counted; later chunks are added to it
 */
export function fillBlanks(
  usage: Usage,
  seen: Basis,
  estimator: Estimator,
  counted: Counted = NOTHING_COUNTED,
): FilledUsage {
  const isReadableText = seen.isText && seen.readable;
  const input =
    isReadableText && seen.isSized && usage.inputTokens === null
      ? estimator.input(seen.requestBytes)
      : null;
  const output =
    (isReadableText || seen.characters > 0) && usage.outputTokens === null
      ? withCounted(estimator.output(seen), seen, counted)
      : null;
  const estimated = { input: input?.tokens ?? null, output: output?.tokens ?? null };
  return {
    usage: withBlanksFrom(usage, usageOf(estimated, 'estimated')),
    errors: { input: input?.error ?? null, output: output?.error ?? null },
  };
}

/** Keeps the counted part and takes from the estimate only the share of the later chunks. */
function withCounted(
  estimate: Estimate | null,
  { contentChunks }: OutputBasis,
  { tokens, chunks }: Counted,
): Estimate | null {
  if (estimate === null || contentChunks === null || chunks === 0) return estimate;
  const later = (estimate.tokens * (contentChunks - chunks)) / contentChunks;
  return { tokens: tokens + Math.round(later), error: estimate.error };
}
