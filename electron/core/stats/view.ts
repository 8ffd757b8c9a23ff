import { localDate } from '../../../shared/format.ts';
import type { ModelTally, PeriodTotals, Totals } from '../../../shared/snapshot.ts';
import { EMPTY_PERIOD } from './stats.ts';
import type { Period, Stats } from './stats.ts';
import type { Line } from './tally.ts';

/** The totals for readers, as of `now` (Unix milliseconds): a new day begins without traffic too. */
export function viewTotals(stats: Stats, now: number): Totals {
  const date = localDate(now);
  const isNewDay = date > stats.today.date;
  return {
    ever: { ...viewPeriod(stats.ever), since: stats.since },
    today: {
      ...viewPeriod(isNewDay ? EMPTY_PERIOD : stats.today),
      date: isNewDay ? date : stats.today.date,
    },
  };
}

function viewPeriod({ all, otherRequests, by }: Period): PeriodTotals {
  return { all, otherRequests, models: viewLines(by.model) };
}

/** Lines for readers, most output first. */
export function viewLines(lines: readonly Line[]): ModelTally[] {
  return lines
    .map(({ name, timedTokens, timedSeconds, ...tally }) => ({
      model: name,
      ...tally,
      outputTokensPerSecond: timedSeconds > 0 ? timedTokens / timedSeconds : null,
    }))
    .sort((a, b) => b.outputTokens - a.outputTokens || a.model.localeCompare(b.model));
}
