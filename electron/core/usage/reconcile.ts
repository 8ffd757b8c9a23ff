/**
 * Combines a server's claims with the observations into the figures of a record. docs/metering.md
 * describes the rules and their sources.
 */
import type { EstimateErrors, Rates, Timing, Usage } from '../../../shared/usage.ts';
import { NO_RATES, UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Claims } from './claims.ts';
import { countedUsage } from './count-rules.ts';
import { NO_ERRORS } from './estimate.ts';
import type { Estimator } from './estimate.ts';
import type { Observations } from './observations.ts';
import { believedTimes } from './time-checks.ts';
import { speeds, timings } from './time-rules.ts';

/** Stored with each row, so that figures made under earlier rules can be recognized. */
export const METER_VERSION = 2;

/** The figures for an exchange's record. */
export interface Verdict {
  readonly usage: Usage;
  readonly estimateErrors: EstimateErrors;
  readonly rates: Rates;
  readonly timing: Timing;
  /** Why claims were rejected. */
  readonly refusals: readonly string[];
}

/**
 * Checks a server's claims against the observations. Pure; never throws.
 *
 * @param estimator estimates unknown counts; null leaves them unknown
 */
export function reconcile(
  claims: Claims,
  seen: Observations,
  estimator: Estimator | null,
): Verdict {
  const refusals: string[] = [];
  const { usage, errors } = seen.inference
    ? countedUsage(claims, seen, estimator, refusals)
    : { usage: UNKNOWN_USAGE, errors: NO_ERRORS };
  const times = believedTimes(claims, usage, seen, refusals);
  const timing = timings(claims, times, usage, seen);
  const rates = seen.inference ? speeds(claims, times, seen, usage, timing, refusals) : NO_RATES;
  return { usage, estimateErrors: errors, timing, rates, refusals };
}
