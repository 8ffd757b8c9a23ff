/** How far prompts are, for people: from the server's reports, or from the model's usual speed. */
import type { PrefillProgress } from '../../../shared/live-exchange.ts';

/** A report of the server: the processed part, from 0 to 1, and its monotonic moment. */
export interface Report {
  readonly processed: number;
  readonly at: number;
}

/** The tokens to process; null if they are not known. */
export interface PromptSize {
  readonly tokens: number | null;
  readonly isReported: boolean;
}

/** The progress by the server's reports. The speed is that between them, else the usual one. */
export function reportedProgress(
  { first, last }: { readonly first: Report; readonly last: Report },
  { tokens, isReported }: PromptSize,
  usualRate: number | null,
  now: number,
): PrefillProgress {
  const lasted = last.at - first.at;
  const measured = lasted > 0 ? ((last.processed - first.processed) / lasted) * 1_000 : 0;
  const usual = usualRate === null || tokens === null || tokens === 0 ? null : usualRate / tokens;
  /** Parts of the prompt a second. */
  const pace = measured > 0 ? measured : usual;
  const rest = pace === null ? null : ((1 - last.processed) / pace) * 1_000 - (now - last.at);
  return {
    fraction: last.processed,
    processedTokens: tokens === null ? null : Math.round(tokens * last.processed),
    totalTokens: tokens,
    provenance: 'reported',
    totalProvenance: provenanceOf(tokens, isReported),
    tokensPerSecond: pace === null || tokens === null ? null : pace * tokens,
    remainingMs: rest === null || rest < 0 ? null : rest,
  };
}

/**
 * The progress by the model's usual speed; null if it is not known.
 *
 * @param expected the tokens that were processed by now at this speed
 */
export function estimatedProgress(
  expected: number | null,
  { tokens, isReported }: PromptSize,
  usualRate: number | null,
): PrefillProgress | null {
  if (expected === null || usualRate === null || tokens === null || tokens === 0) return null;
  const processed = Math.min(tokens, Math.max(0, expected));
  return {
    fraction: processed / tokens,
    processedTokens: Math.round(processed),
    totalTokens: tokens,
    provenance: 'estimated',
    totalProvenance: provenanceOf(tokens, isReported),
    tokensPerSecond: usualRate,
    remainingMs: expected > tokens ? null : ((tokens - expected) / usualRate) * 1_000,
  };
}

function provenanceOf(tokens: number | null, isReported: boolean): 'reported' | 'estimated' | null {
  if (tokens === null) return null;
  return isReported ? 'reported' : 'estimated';
}
