/** Estimates the counts that a server did not report, or did not report credibly. */
import type { Usage } from '../../../shared/usage.ts';
import type { Observations } from './observations.ts';
import { usageOf, withBlanksFrom } from './usage-shapes.ts';

/** The two ratios for estimates. Both are settings. */
export interface EstimateRules {
  /** Request bytes per prompt token. */
  readonly bytesPerInputToken: number;
  /** Tokens per content chunk of a stream. */
  readonly tokensPerOutputChunk: number;
}

/** The observations that estimates use. */
export type Basis = Pick<Observations, 'requestBytes' | 'contentChunks' | 'characters'>;

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

/**
 * Fills the unknown fields of a usage: input from the request's size (at least 1), output from the
 * content chunks, or from the characters if chunks are long or missing. The filled fields are
 * marked as estimated.
 *
 * @param counted the part of the output that the server counted; later chunks are added to it
 */
export function fillBlanks(
  usage: Usage,
  seen: Basis,
  rules: EstimateRules,
  counted: Counted = NOTHING_COUNTED,
): Usage {
  const input = Math.max(1, Math.floor(seen.requestBytes / rules.bytesPerInputToken));
  const output = outputOf(seen, rules, counted);
  return withBlanksFrom(usage, usageOf({ input, output }, 'estimated'));
}

function outputOf(
  { contentChunks, characters }: Basis,
  rules: EstimateRules,
  counted: Counted,
): number | null {
  const byText = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  if (contentChunks === null) return characters === 0 ? null : byText;
  const byChunks = Math.round((contentChunks - counted.chunks) * rules.tokensPerOutputChunk);
  const isLong = characters > contentChunks * rules.tokensPerOutputChunk * LONG_CHUNK;
  return isLong ? Math.max(byText, counted.tokens) : counted.tokens + byChunks;
}
