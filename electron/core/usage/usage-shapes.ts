/** Converts the token counts of servers to one form. */
import type { Provenance, Usage } from '../../../shared/usage.ts';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';

/** A token count: a whole number from zero on, also as text; null for any other value. */
export function count(value: unknown): number | null {
  if (typeof value === 'string') return /^\d{1,15}$/.test(value) ? Number(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The first value that is a token count. */
export function firstCount(...values: readonly unknown[]): number | null {
  for (const value of values) {
    const found = count(value);
    if (found !== null) return found;
  }
  return null;
}

/** The server's counts for one prompt and its answer; null if it sent none. */
export interface Counts {
  readonly input?: number | null;
  readonly cached?: number | null;
  readonly output?: number | null;
  readonly reasoning?: number | null;
}

/** Converts counts to a usage with one provenance. */
export function usageOf(counts: Counts, provenance: Provenance = 'reported'): Usage {
  const { input = null, cached = null, output = null, reasoning = null } = counts;
  const mark = (value: number | null): Provenance | null => (value === null ? null : provenance);
  return {
    inputTokens: input,
    cachedInputTokens: cached,
    outputTokens: output,
    reasoningTokens: reasoning,
    provenance: {
      input: mark(input),
      cachedInput: mark(cached),
      output: mark(output),
      reasoning: mark(reasoning),
    },
  };
}

/** True if any count is above zero. Some servers send all zeros before they have counted. */
export function isInformative(usage: Usage): boolean {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  return [inputTokens, cachedInputTokens, outputTokens, reasoningTokens].some((n) => (n ?? 0) > 0);
}

/** `usage` with its unknown fields filled from `other`. */
export function withBlanksFrom(usage: Usage, other: Usage): Usage {
  const { provenance: mine } = usage;
  const { provenance: theirs } = other;
  return {
    inputTokens: usage.inputTokens ?? other.inputTokens,
    cachedInputTokens: usage.cachedInputTokens ?? other.cachedInputTokens,
    outputTokens: usage.outputTokens ?? other.outputTokens,
    reasoningTokens: usage.reasoningTokens ?? other.reasoningTokens,
    provenance: {
      input: mine.input ?? theirs.input,
      cachedInput: mine.cachedInput ?? theirs.cachedInput,
      output: mine.output ?? theirs.output,
      reasoning: mine.reasoning ?? theirs.reasoning,
    },
  };
}

/** `usage` without the counts of the prompt. */
export function withoutInput(usage: Usage): Usage {
  return {
    ...usage,
    inputTokens: null,
    cachedInputTokens: null,
    provenance: { ...usage.provenance, input: null, cachedInput: null },
  };
}

/**
 * The usage of one answer of several that a server counts each by itself, as llama.cpp does. The
 * answers to one prompt share its evaluation, so only the first of them counts the prompt.
 *
 * @param index the answer's position; the answers to one prompt follow each other
 */
export function answerUsage(usage: Usage, index: number, answersPerPrompt: number): Usage {
  return index % answersPerPrompt === 0 ? usage : withoutInput(usage);
}

/**
 * Combines a usage with a later one of the same answer. New counts replace earlier ones, but a zero
 * replaces only an unknown count.
 */
export function replaced(before: Usage, now: Usage): Usage {
  const keep = (mine: number | null, theirs: number | null): boolean =>
    mine === null || (mine === 0 && theirs !== null);
  const pick = <T>(of: (usage: Usage) => number | null, value: (usage: Usage) => T): T =>
    value(keep(of(now), of(before)) ? before : now);
  return {
    inputTokens: pick(inputOf, inputOf),
    cachedInputTokens: pick(cachedOf, cachedOf),
    outputTokens: pick(outputOf, outputOf),
    reasoningTokens: pick(reasoningOf, reasoningOf),
    provenance: {
      input: pick(inputOf, ({ provenance }) => provenance.input),
      cachedInput: pick(cachedOf, ({ provenance }) => provenance.cachedInput),
      output: pick(outputOf, ({ provenance }) => provenance.output),
      reasoning: pick(reasoningOf, ({ provenance }) => provenance.reasoning),
    },
  };
}

const inputOf = ({ inputTokens }: Usage): number | null => inputTokens;
const cachedOf = ({ cachedInputTokens }: Usage): number | null => cachedInputTokens;
const outputOf = ({ outputTokens }: Usage): number | null => outputTokens;
const reasoningOf = ({ reasoningTokens }: Usage): number | null => reasoningTokens;

/**
 * The sum over the parts of one answer. Unknown counts are left out. With more than one part, the
 * result is marked as derived.
 */
export function sumOf(parts: readonly Usage[]): Usage {
  const [first = UNKNOWN_USAGE, ...rest] = parts;
  if (rest.length === 0) return first;
  const total = (pick: (usage: Usage) => number | null): number | null =>
    parts.reduce<number | null>((sum, usage) => {
      const value = pick(usage);
      return value === null ? sum : (sum ?? 0) + value;
    }, null);
  return usageOf(
    {
      input: total((usage) => usage.inputTokens),
      cached: total((usage) => usage.cachedInputTokens),
      output: total((usage) => usage.outputTokens),
      reasoning: total((usage) => usage.reasoningTokens),
    },
    'derived',
  );
}
