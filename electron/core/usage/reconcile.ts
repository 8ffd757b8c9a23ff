/**
 * The one judge: what a server claims and what was seen become the figures of a record. Its rules
 * stand, with their sources, in docs/metering.md.
 */
import type { Rates, Timing, Usage } from '../../../shared/usage.ts';
import { NO_RATES, UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Claims } from './claims.ts';
import { countedUsage } from './count-rules.ts';
import type { EstimateRules } from './estimate.ts';
import type { Observations } from './observations.ts';
import { believedTimes, speeds, timings } from './time-rules.ts';

/** Written with each row, so that figures of earlier rules can be told apart. */
export const METER_VERSION = 1;

/** The figures of an exchange's record. */
export interface Verdict {
  readonly usage: Usage;
  readonly rates: Rates;
  readonly timing: Timing;
  /** Why claims were not taken. */
  readonly refusals: readonly string[];
}

/**
 * Weighs what a server said against what was seen. Pure, and never throws.
 *
 * @param rules how blanks are estimated; null leaves them blank
 */
export function reconcile(
  claims: Claims,
  seen: Observations,
  rules: EstimateRules | null,
): Verdict {
  const refusals: string[] = [];
  const usage = seen.inference ? countedUsage(claims, seen, rules, refusals) : UNKNOWN_USAGE;
  const times = believedTimes(claims, usage, seen, refusals);
  const timing = timings(times, usage, seen);
  const rates = seen.inference ? speeds(claims, times, seen, usage, timing, refusals) : NO_RATES;
  return { usage, timing, rates, refusals };
}
