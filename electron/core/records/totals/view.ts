import { efficiencyOf } from '../../../../shared/efficiency.ts';
import type { Efficiency } from '../../../../shared/efficiency.ts';
import { localDate } from '../../../../shared/format.ts';
import type { ModelTally } from '../../../../shared/tally.ts';
import type { PeriodTotals, Totals } from '../../../../shared/slices.ts';
import { EMPTY_PERIOD } from './period.ts';
import type { Dimension, Period } from './period.ts';
import { heldDay } from './stats.ts';
import type { Stats } from './stats.ts';
import type { Line } from './tally.ts';

/**
 * Returns the totals for readers at `now` (Unix milliseconds). A new day begins even without
 * traffic, and today is the day of the system clock, even if it was set back.
 */
export function viewTotals(stats: Stats, now: number): Totals {
  const date = localDate(now);
  return {
    ever: { ...viewPeriod(stats.ever), since: stats.since },
    today: { ...viewPeriod(heldDay(stats, date) ?? EMPTY_PERIOD), date },
  };
}

function viewPeriod({ all, otherRequests, by }: Period): PeriodTotals {
  return { all, otherRequests, models: viewLines(by.model) };
}

/** Returns lines for readers, largest output first. */
export function viewLines(lines: readonly Line[]): ModelTally[] {
  return lines
    .map(({ name, timedTokens, timedSeconds, ...tally }) => ({
      model: name,
      ...tally,
      outputTokensPerSecond: timedSeconds > 0 ? timedTokens / timedSeconds : null,
    }))
    .sort((a, b) => b.outputTokens - a.outputTokens || a.model.localeCompare(b.model));
}

interface WithEfficiency {
  readonly efficiency: Efficiency;
}

/** Returns sums by every dimension, in the form for readers. */
export interface CounterView {
  readonly since: number;
  readonly all: Period['all'] & WithEfficiency;
  readonly otherRequests: number;
  readonly features: Period['features'];
  readonly by: Readonly<Record<Dimension, readonly LineView[]>>;
}

/**
 * Returns a line with its name and its speed, which replaces the sums from which it is computed.
 */
export interface LineView extends Omit<ModelTally, 'model'>, WithEfficiency {
  readonly name: string;
}

/** Returns the counters since the first start and since the last snapshot. */
export function viewCounters(stats: Stats): { ever: CounterView; period: CounterView } {
  return {
    ever: counters(stats.ever, stats.since),
    period: counters(stats.period, stats.period.since),
  };
}

function counters({ all, otherRequests, features, by }: Period, since: number): CounterView {
  const lines = Object.entries(by).map(([dimension, each]) => [
    dimension,
    viewLines(each).map(({ model, ...rest }) => ({
      name: model,
      ...rest,
      efficiency: efficiencyOf(rest),
    })),
  ]);
  return {
    since,
    all: { ...all, efficiency: efficiencyOf(all) },
    otherRequests,
    features,
    by: Object.fromEntries(lines) as CounterView['by'],
  };
}
