import type { Evidence, InsightFigure } from '../../../../shared/insights.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';
import { advised, fact, titled } from '../said.ts';
import { evaluatedTokens, measuredPromptRate } from '../usual.ts';

const MIN_TOKENS = 2_048;
const MIN_MS = 3_000;
/** Fewer tokens saved by a cache are not worth a change. */
const MIN_SAVED_TOKENS = 1_024;

/**
 * A long prompt that was evaluated anew. If the server reports cached tokens, and the client's
 * prompt before this one was shorter, a stable beginning would have come from the cache: the prompt
 * before this one is the most that two prompts of a conversation share.
 */
export const LONG_PROMPT: SlowRule = {
  kind: 'long_prompt',
  judge: (facts: ExchangeFacts) => {
    const { record } = facts;
    const tokens = evaluatedTokens(record);
    const ms = prefillMs(record, tokens);
    if (tokens === null || ms === null || tokens < MIN_TOKENS || ms < MIN_MS) return null;
    const saved = savedTokens(facts);
    const perToken = ms / tokens;
    const saving: InsightFigure | null =
      saved === null ? null : { value: Math.min(ms, saved * perToken), unit: 'ms' };
    return {
      explainedMs: ms,
      name: 'name_long_prompt',
      ...titled(
        sentence('long_prompt', { tokens: amount(tokens, 'compact'), time: amount(ms, 'ms') }),
      ),
      figure: { value: ms, unit: 'ms' },
      evidence: evidenceOf(facts, tokens, ms, saved),
      ...advised(sentence(saved === null ? 'advise_context_or_cache' : 'advise_stable_prefix')),
      saving,
    };
  },
};

function evidenceOf(
  { record }: ExchangeFacts,
  tokens: number,
  ms: number,
  saved: number | null,
): Evidence[] {
  const { cachedInputTokens: cached } = record.usage;
  return [
    fact(sentence('fact_evaluated'), tokens, 'tokens'),
    ...(cached === null ? [] : [fact(sentence('fact_cached'), cached, 'tokens')]),
    fact(sentence('fact_prompt_speed'), (tokens / ms) * 1_000, 'tokens_per_second'),
    ...(saved === null ? [] : [fact(sentence('fact_cacheable'), saved, 'tokens')]),
  ];
}

/** The time that the server reported, or what follows from its speed; null if neither is known. */
function prefillMs(record: ActivityRecord, tokens: number | null): number | null {
  const { prefillMs: told } = record.timing;
  if (told !== null && Number.isFinite(told)) return told;
  const rate = measuredPromptRate(record);
  const ms = rate === null || tokens === null ? null : (tokens / rate) * 1_000;
  // A speed near zero is no speed.
  return ms !== null && Number.isFinite(ms) ? ms : null;
}

/** Only servers that report cached tokens show whether a cache missed. */
function savedTokens({ record, usual }: ExchangeFacts): number | null {
  const { inputTokens, cachedInputTokens: cached } = record.usage;
  const previous = usual.previousInputTokens;
  if (inputTokens === null || cached === null || previous === null) return null;
  // A shorter prompt begins another conversation.
  if (previous > inputTokens) return null;
  const saved = previous - cached;
  return saved >= MIN_SAVED_TOKENS ? saved : null;
}
