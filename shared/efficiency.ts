/** Energy in relation to tokens. */
import type { EnergySums } from './energy-sums.ts';

/** Ratios of energy and tokens over rated exchanges; null while unknown. All are estimates. */
export interface Efficiency {
  /** All energy of the exchanges for each output token. */
  readonly joulesPerOutputToken: number | null;
  /** The same without idle power. */
  readonly netJoulesPerOutputToken: number | null;
  /** Energy until the first content for each prompt token that was evaluated. */
  readonly joulesPerPromptToken: number | null;
  /** Energy after the first content for each output token after the first. */
  readonly joulesPerGeneratedToken: number | null;
  readonly wattHoursPerThousandOutputTokens: number | null;
  readonly outputTokensPerJoule: number | null;
}

const JOULES_PER_WATT_HOUR = 3_600;

/** Computes the ratios of some sums. */
export function efficiencyOf(sums: EnergySums): Efficiency {
  const perToken = ratio(sums.ratedJoules, sums.ratedOutputTokens);
  return {
    joulesPerOutputToken: perToken,
    netJoulesPerOutputToken: ratio(sums.ratedNetJoules, sums.ratedNetOutputTokens),
    joulesPerPromptToken: ratio(sums.ratedPrefillJoules, sums.ratedPromptTokens),
    joulesPerGeneratedToken: ratio(sums.ratedDecodeJoules, sums.ratedDecodeTokens),
    wattHoursPerThousandOutputTokens:
      perToken === null ? null : (perToken * 1_000) / JOULES_PER_WATT_HOUR,
    outputTokensPerJoule: ratio(sums.ratedOutputTokens, sums.ratedJoules),
  };
}

/** Null if either is unknown, or if the divisor is 0. */
function ratio(dividend: number | null, divisor: number | null): number | null {
  return dividend === null || divisor === null || divisor <= 0 ? null : dividend / divisor;
}
