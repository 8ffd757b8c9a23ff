/** Sums of energy over finished exchanges, from which ratios such as joules per token are computed. */
import type { ActivityRecord, EnergyParts } from './usage.ts';

/**
 * Sums of energy, joules, and the tokens that belong to them. Each is null until an exchange was
 * counted in it.
 *
 * A ratio needs a numerator and a denominator of the same exchanges. So the sums come in pairs, and
 * only *rated* exchanges count in them: those with at least 90 % of their time measured and a
 * known output of at least one token.
 */
export interface EnergySums {
  /** Without idle power, of all exchanges for which that is known, rated or not. */
  readonly energyNetJoules: number | null;
  /** The whole energy and the output of rated exchanges. */
  readonly ratedJoules: number | null;
  readonly ratedOutputTokens: number | null;
  /** Energy without idle power and output of the rated exchanges for which the former is known. */
  readonly ratedNetJoules: number | null;
  readonly ratedNetOutputTokens: number | null;
  /** Energy until the first content and evaluated prompt tokens, where both are known. */
  readonly ratedPrefillJoules: number | null;
  readonly ratedPromptTokens: number | null;
  /** Energy after the first content and output tokens without the first, where both are known. */
  readonly ratedDecodeJoules: number | null;
  readonly ratedDecodeTokens: number | null;
}

export const ENERGY_SUMS = [
  'energyNetJoules',
  'ratedJoules',
  'ratedOutputTokens',
  'ratedNetJoules',
  'ratedNetOutputTokens',
  'ratedPrefillJoules',
  'ratedPromptTokens',
  'ratedDecodeJoules',
  'ratedDecodeTokens',
] as const satisfies readonly (keyof EnergySums)[];

/** Returns sums with a value for each name. */
export function energySums(valueOf: (name: keyof EnergySums) => number | null): EnergySums {
  return {
    energyNetJoules: valueOf('energyNetJoules'),
    ratedJoules: valueOf('ratedJoules'),
    ratedOutputTokens: valueOf('ratedOutputTokens'),
    ratedNetJoules: valueOf('ratedNetJoules'),
    ratedNetOutputTokens: valueOf('ratedNetOutputTokens'),
    ratedPrefillJoules: valueOf('ratedPrefillJoules'),
    ratedPromptTokens: valueOf('ratedPromptTokens'),
    ratedDecodeJoules: valueOf('ratedDecodeJoules'),
    ratedDecodeTokens: valueOf('ratedDecodeTokens'),
  };
}

/** Sums over no exchange. */
export const NO_ENERGY_SUMS: EnergySums = energySums(() => null);

/** Sums do not tell apart whether other programs used the GPUs. */
type SummedParts = Omit<EnergyParts, 'hasOtherWork'>;

/** What the sums need to know of an exchange. */
export interface EnergyFacts {
  readonly energyJoules: number | null;
  readonly energyParts: SummedParts | null;
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly timeToFirstTokenMs: number | null;
  readonly timeToFirstTextMs: number | null;
}

/** The facts of a row. */
export function energyFacts({
  energyJoules,
  energyParts,
  usage,
  timing,
}: ActivityRecord): EnergyFacts {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  const { timeToFirstTokenMs, timeToFirstTextMs } = timing;
  return {
    ...{ energyJoules, energyParts, inputTokens, cachedInputTokens, outputTokens, reasoningTokens },
    ...{ timeToFirstTokenMs, timeToFirstTextMs },
  };
}

/** An exchange with less of its time measured has no ratios, because the rest may differ. */
const MIN_MEASURED = 0.9;

/** Returns what one exchange adds to the sums. */
export function energySumsOf(facts: EnergyFacts): EnergySums {
  const { energyParts: parts, outputTokens } = facts;
  const joules = joulesOf(facts.energyJoules);
  if (parts === null || joules === null) return NO_ENERGY_SUMS;
  const net = joulesOf(parts.netJoules);
  const isRated = parts.measuredShare >= MIN_MEASURED && (outputTokens ?? 0) > 0;
  if (!isRated) return { ...NO_ENERGY_SUMS, energyNetJoules: net };
  return {
    ...phaseSums(facts, parts),
    energyNetJoules: net,
    ratedJoules: joules,
    ratedOutputTokens: outputTokens,
    ratedNetJoules: net,
    ratedNetOutputTokens: net === null ? null : outputTokens,
  };
}

function phaseSums(facts: EnergyFacts, parts: SummedParts): EnergySums {
  const { inputTokens, cachedInputTokens, outputTokens } = facts;
  if (isReasoningHidden(facts)) return NO_ENERGY_SUMS;
  const prefill = joulesOf(parts.prefillJoules);
  const decode = joulesOf(parts.decodeJoules);
  const evaluated =
    inputTokens === null || cachedInputTokens === null ? 0 : inputTokens - cachedInputTokens;
  // The first token is the result of the prefill.
  const generated = (outputTokens ?? 0) - 1;
  const hasPrefill = prefill !== null && evaluated > 0;
  const hasDecode = decode !== null && generated > 0;
  return {
    ...NO_ENERGY_SUMS,
    ratedPrefillJoules: hasPrefill ? prefill : null,
    ratedPromptTokens: hasPrefill ? evaluated : null,
    ratedDecodeJoules: hasDecode ? decode : null,
    ratedDecodeTokens: hasDecode ? generated : null,
  };
}

/** If a server does not send its reasoning, the time before the first content contains it. */
function isReasoningHidden(facts: EnergyFacts): boolean {
  const { reasoningTokens, timeToFirstTokenMs, timeToFirstTextMs } = facts;
  return (reasoningTokens ?? 0) > 0 && timeToFirstTokenMs === timeToFirstTextMs;
}

function joulesOf(value: number | null): number | null {
  // A difference of rounded sums can be slightly below 0.
  return value !== null && Number.isFinite(value) ? Math.max(0, value) : null;
}

/** Adds sums of different exchanges. A sum that is null in both stays null. */
export function addEnergySums(one: EnergySums, other: EnergySums): EnergySums {
  return energySums((name) => addKnown(one[name], other[name]));
}

/** Adds values of which either may be unknown; null if both are. */
export function addKnown(one: number | null, other: number | null): number | null {
  return one === null ? other : one + (other ?? 0);
}
