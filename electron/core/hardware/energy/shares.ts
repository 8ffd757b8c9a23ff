import type { Work } from './exchange-work.ts';

/** What one exchange did in a span. */
export interface Participant extends Work {
  /** How long it ran in the span, milliseconds. */
  readonly ms: number;
}

/**
 * Divides a span among the exchanges that ran in it, by their work. The shares add up to 1.
 *
 * An exchange whose work is not known counts like the mean of the others. If no work is known, or
 * nobody did any, the time counts.
 *
 * @param promptWeight energy of a prompt token as a share of that of an output token
 */
export function shares(participants: readonly Participant[], promptWeight: number): number[] {
  const workOf = ({ promptTokens, outputTokens }: Work): number =>
    (promptTokens ?? 0) * promptWeight + outputTokens;
  const known = participants.filter(({ promptTokens }) => promptTokens !== null);
  const knownMs = sum(known.map(({ ms }) => ms));
  const work = sum(known.map(workOf));
  const rate = knownMs > 0 && work > 0 ? work / knownMs : null;
  const weights = participants.map((one) => {
    if (rate === null) return one.ms;
    return one.promptTokens === null ? rate * one.ms : workOf(one);
  });
  const total = sum(weights);
  return weights.map((weight) => (total > 0 ? weight / total : 1 / participants.length));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
