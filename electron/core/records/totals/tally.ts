import * as v from 'valibot';
import {
  NO_ENERGY_SUMS,
  addEnergySums,
  addKnown,
  energyFacts,
  energySumsOf,
} from '../../../../shared/energy-sums.ts';
import type { EnergySums } from '../../../../shared/energy-sums.ts';
import type { Tally } from '../../../../shared/tally.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

/**
 * Joules; null while unknown. Earlier versions wrote 0 instead. A measured sum is never exactly 0,
 * so 0 in their files means unknown.
 */
const joules = v.pipe(
  v.nullable(amount),
  v.transform((sum) => (sum === 0 ? null : sum)),
);

/** Files of earlier versions do not have these sums. */
const addedSum = v.optional(v.nullable(amount), null);
const addedSums: Record<keyof EnergySums, typeof addedSum> = {
  energyNetJoules: addedSum,
  ratedJoules: addedSum,
  ratedOutputTokens: addedSum,
  ratedNetJoules: addedSum,
  ratedNetOutputTokens: addedSum,
  ratedPrefillJoules: addedSum,
  ratedPromptTokens: addedSum,
  ratedDecodeJoules: addedSum,
  ratedDecodeTokens: addedSum,
};

export const tallySchema = v.object({
  requests: count,
  errors: count,
  inputTokens: amount,
  cachedInputTokens: amount,
  outputTokens: amount,
  reasoningTokens: amount,
  estimatedTokens: amount,
  unmeteredRequests: count,
  energyJoules: joules,
  ...addedSums,
});

/** One line of a list, for one model, client or endpoint. */
export const lineSchema = v.object({
  name: v.string(),
  ...tallySchema.entries,
  /**
   * Output tokens of the exchanges with a reported or derived speed, and their generation time in
   * seconds.
   */
  timedTokens: amount,
  timedSeconds: amount,
  lastUsedAt: v.number(),
});

export type Line = v.InferOutput<typeof lineSchema>;

export const EMPTY_TALLY: Tally = {
  requests: 0,
  errors: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimatedTokens: 0,
  unmeteredRequests: 0,
  energyJoules: null,
  ...NO_ENERGY_SUMS,
};

const EMPTY_LINE = { ...EMPTY_TALLY, timedTokens: 0, timedSeconds: 0, lastUsedAt: 0 };

/** What of a record is added: all of it, or only its energy, which came later. */
export type Part = 'all' | 'energy';

/** Returns a tally with one more inference exchange, or with the energy of one that it has. */
export function foldTally(tally: Tally, record: ActivityRecord, part: Part): Tally {
  const energy = energySums(tally, record);
  return part === 'energy' ? { ...tally, ...energy } : { ...addExchange(tally, record), ...energy };
}

function energySums(
  tally: Tally,
  record: ActivityRecord,
): Pick<Tally, 'energyJoules'> & EnergySums {
  return {
    energyJoules: addKnown(tally.energyJoules, record.energyJoules),
    ...addEnergySums(tally, energySumsOf(energyFacts(record))),
  };
}

/** Adds everything but the energy. */
function addExchange(tally: Tally, { usage, error }: ActivityRecord): Tally {
  const estimated =
    (usage.provenance.input === 'estimated' ? (usage.inputTokens ?? 0) : 0) +
    (usage.provenance.output === 'estimated' ? (usage.outputTokens ?? 0) : 0);
  const unmetered = error === null && usage.inputTokens === null && usage.outputTokens === null;
  return {
    ...tally,
    requests: tally.requests + 1,
    errors: tally.errors + (error === null ? 0 : 1),
    inputTokens: tally.inputTokens + (usage.inputTokens ?? 0),
    cachedInputTokens: tally.cachedInputTokens + (usage.cachedInputTokens ?? 0),
    outputTokens: tally.outputTokens + (usage.outputTokens ?? 0),
    reasoningTokens: tally.reasoningTokens + (usage.reasoningTokens ?? 0),
    estimatedTokens: tally.estimatedTokens + estimated,
    unmeteredRequests: tally.unmeteredRequests + (unmetered ? 1 : 0),
  };
}

/** Adds two tallies of different exchanges. */
export function sumTallies(one: Tally, other: Tally): Tally {
  return {
    requests: one.requests + other.requests,
    errors: one.errors + other.errors,
    inputTokens: one.inputTokens + other.inputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
    estimatedTokens: one.estimatedTokens + other.estimatedTokens,
    unmeteredRequests: one.unmeteredRequests + other.unmeteredRequests,
    energyJoules: addKnown(one.energyJoules, other.energyJoules),
    ...addEnergySums(one, other),
  };
}

/**
 * Returns a list with one more exchange on the line called `name`. Clients choose names, so after
 * `limit` lines further names share the line `rest`.
 */
export function foldLines(
  lines: readonly Line[],
  name: string,
  record: ActivityRecord,
  { limit, rest, part }: { readonly limit: number; readonly rest: string; readonly part: Part },
): Line[] {
  const isKnown = lines.some((line) => line.name === name);
  const target = isKnown || lines.length < limit ? name : rest;
  const before = lines.find((line) => line.name === target) ?? { name: target, ...EMPTY_LINE };
  return [...lines.filter((line) => line !== before), foldLine(before, record, part)];
}

function foldLine(line: Line, record: ActivityRecord, part: Part): Line {
  if (part === 'energy') return { ...line, ...foldTally(line, record, part) };
  const { outputTokensPerSecond: rate, provenance } = record.rates;
  const tokens = record.usage.outputTokens;
  // A mean could not be marked as partly estimated, so estimated speeds are left out.
  const isTimed = rate !== null && rate > 0 && tokens !== null && provenance.output !== 'estimated';
  return {
    name: line.name,
    ...foldTally(line, record, part),
    timedTokens: line.timedTokens + (isTimed ? tokens : 0),
    timedSeconds: line.timedSeconds + (isTimed ? tokens / rate : 0),
    lastUsedAt: Math.max(line.lastUsedAt, record.completedAt),
  };
}
