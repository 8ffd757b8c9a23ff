/** Estimates of what a server did not tell, or not credibly. */
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

/** What estimates rest on. */
export type Basis = Pick<Observations, 'requestBytes' | 'contentChunks' | 'characters'>;

/** Of texts without chunks that could be counted, or whose chunks are long. */
const CHARACTERS_PER_TOKEN = 4;
/** Chunks with more characters than this, on average, hold more than the setting says. */
const LONG_CHUNK = 8;

/** Output tokens that the server counted up to a place in the stream. */
export interface Counted {
  readonly tokens: number;
  /** Chunks of content up to there. */
  readonly chunks: number;
}

export const NOTHING_COUNTED: Counted = { tokens: 0, chunks: 0 };

/**
 * Fills the blanks of a usage, and only the blanks: input from the request's size (at least 1),
 * output from the content chunks, or from the characters where chunks are long or there are none. What
 * is filled is marked estimated.
 *
 * @param counted what the server counted of the output, to which the chunks after it are added
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
