import type { CostReport } from '../../../shared/cost-report.ts';
import type { CostToday } from '../../../shared/cost.ts';
import { localDate } from '../../../shared/format.ts';
import type { CostQuery } from './cost-report.ts';
import { periodOf } from './local-calendar.ts';
import type { Prices } from './tariff.ts';

/** Computes what the energy of the current local day costs so far; null without a tariff. */
export async function costToday(
  prices: Prices,
  report: (query: CostQuery) => Promise<CostReport>,
  now: number,
): Promise<CostToday | null> {
  const { currency } = prices.at(now);
  if (currency === null) return null;
  const { from } = periodOf('day', now);
  const { total } = await report({ from, to: now + 1, by: 'day' });
  const { kwh, electricity, unpricedKwh, co2Grams } = total;
  const own = electricity.find((each) => each.currency === currency);
  return {
    date: localDate(now),
    currency,
    kwh,
    cost: own?.cost ?? (kwh === null ? null : unpricedKwh === kwh ? null : 0),
    co2Grams,
    isComplete: unpricedKwh === 0 && electricity.length <= 1,
  };
}
