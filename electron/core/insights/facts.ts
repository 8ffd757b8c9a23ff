/** What the rules about one exchange read. */
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { InsightKind, Evidence, InsightFigure } from '../../../shared/insights.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { PlainCode } from '../../../shared/sentences.ts';
import type { ExchangeEnd } from '../meter/exchange-end.ts';
import type { ExchangeContext } from './context.ts';
import { fact } from './said.ts';
import type { Advice, Title } from './said.ts';
import { evaluatedTokens, measuredOutputRate, measuredPromptRate } from './usual.ts';
import type { UsualFigures } from './usual.ts';

export interface ExchangeFacts {
  readonly record: ActivityRecord;
  readonly end: Pick<ExchangeEnd, 'contextWords' | 'promptEstimate' | 'requestBytes'>;
  readonly context: ExchangeContext;
  readonly usual: UsualFigures;
  /** The kind of the server, such as `ollama`; null while unknown. */
  readonly serverKind: string | null;
  /** How much slower than usual it was; null if it was not, or if that cannot be told. */
  readonly slowdown: Slowdown | null;
}

/** A cause of a slow answer. */
export interface Cause extends Title, Advice {
  readonly kind: InsightKind;
  /** The time that it explains, milliseconds. The cause that explains most is told. */
  readonly explainedMs: number;
  /** The code of a few words that name it among others. */
  readonly name: PlainCode;
  readonly figure: InsightFigure;
  readonly evidence: readonly Evidence[];
  readonly saving: InsightFigure | null;
}

/** One rule about slow answers. */
export interface SlowRule {
  readonly kind: InsightKind;
  readonly judge: (facts: ExchangeFacts) => Omit<Cause, 'kind'> | null;
}

/** A phase that took longer than at the model's usual speed. */
export interface Slowdown {
  readonly phase: 'prompt' | 'answer';
  /** Tokens a second. */
  readonly rate: number;
  readonly usualRate: number;
  readonly factor: number;
  /** The time beyond that at the usual speed, milliseconds. */
  readonly lostMs: number;
}

/** From this factor on, an exchange was slower than usual. Speeds vary by some 10 % anyway. */
const SLOWER = 1.5;
/** Less lost time is not worth a sentence, milliseconds. */
const MIN_LOST_MS = 2_000;

/**
 * Compares an exchange with the usual speeds of its model for prompts of its size. Returns the phase
 * that lost more time; null if neither was clearly slower, or if too little is known.
 */
export function slowdownOf(record: ActivityRecord, usual: UsualFigures): Slowdown | null {
  const answer = compare('answer', record.usage.outputTokens, measuredOutputRate(record), {
    usual: usual.outputTokensPerSecond,
  });
  const prompt = compare('prompt', evaluatedTokens(record), measuredPromptRate(record), {
    usual: usual.promptTokensPerSecond,
  });
  if (answer === null || prompt === null) return answer ?? prompt;
  return answer.lostMs >= prompt.lostMs ? answer : prompt;
}

/** The same for the generation, against exchanges that were alone at their server. */
export function slowdownAgainstAlone(record: ActivityRecord, usual: UsualFigures): Slowdown | null {
  return compare('answer', record.usage.outputTokens, measuredOutputRate(record), {
    usual: usual.aloneOutputTokensPerSecond,
  });
}

function compare(
  phase: Slowdown['phase'],
  tokens: number | null,
  rate: number | null,
  { usual }: { readonly usual: number | null },
): Slowdown | null {
  if (tokens === null || rate === null || usual === null) return null;
  const factor = usual / rate;
  const lostMs = (tokens / rate - tokens / usual) * 1_000;
  if (!Number.isFinite(lostMs) || factor < SLOWER || lostMs < MIN_LOST_MS) return null;
  return { phase, rate, usualRate: usual, factor, lostMs };
}

/** The speed beside the usual one, as evidence. */
export function speedEvidence({ phase, rate, usualRate }: Slowdown, exchanges: number): Evidence[] {
  const what = phase === 'answer' ? 'fact_generation_speed' : 'fact_prompt_speed';
  return [
    fact(sentence(what), rate, 'tokens_per_second'),
    fact(sentence('fact_usual'), usualRate, 'tokens_per_second'),
    fact(sentence('fact_behind_usual'), exchanges, 'count'),
  ];
}
