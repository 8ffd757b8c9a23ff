/** Speeds as a server states them, or as its durations and counts say. */
import type { Usage } from '../../../shared/usage.ts';
import type { Times } from './claims.ts';

/** Highest credible speed in tokens per second, for prompts and for output. */
export const FASTEST = 100_000;

/** The speed that the server states, else one from its decode time. */
export function statedOutputRate({ outputTokens: tokens }: Usage, times: Times): number | null {
  const decoded = tokens === null || tokens < 2 ? null : tokens - (times.decodeFromFirst ? 1 : 0);
  return times.outputRate ?? perSecond(decoded, times.decodeMs);
}

/** The uncached tokens of the prompt. Operations without output have no prompt cache. */
export function freshTokens(usage: Usage, inputOnly: boolean): number | null {
  const { inputTokens: input, cachedInputTokens } = usage;
  const cached = cachedInputTokens ?? (inputOnly ? 0 : null);
  return input === null || cached === null ? null : input - cached;
}

/** The prompt speed that the server states, else one from its prefill time. */
export function statedPromptRate(times: Times, usage: Usage, inputOnly: boolean): number | null {
  return times.promptRate ?? perSecond(freshTokens(usage, inputOnly), times.prefillMs);
}

/** Tokens per second; null if one of both is unknown or not above zero. */
export function perSecond(tokens: number | null, ms: number | null): number | null {
  return tokens === null || ms === null || tokens <= 0 || ms <= 0 ? null : (tokens / ms) * 1_000;
}
