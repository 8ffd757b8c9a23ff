import type { HourPrices } from '../records/ledger/history-query.ts';
import { HOUR_MS } from './tariff.ts';
import type { Prices } from './tariff.ts';

/** A bucket may begin before a range, or end after it, by at most this. */
const MARGIN_MS = 35 * 24 * HOUR_MS;
/** Sums by hour are not kept for longer than about a year. */
const MAX_AGE_MS = 400 * 24 * HOUR_MS;

/** Returns the prices of a range's hours in one currency; null for an hour that has none in it. */
export function hourPrices(
  prices: Prices,
  currency: string,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): HourPrices {
  const since = prices.heldIn(0, Infinity)[0]?.from ?? now;
  const begin = Math.max(from - MARGIN_MS, now - MAX_AGE_MS, since);
  const firstHour = Math.floor(begin / HOUR_MS);
  const lastHour = Math.floor(Math.min(to + MARGIN_MS, now) / HOUR_MS);
  const perKwh: (number | null)[] = [];
  for (let hour = firstHour; hour <= lastHour; hour++) {
    const price = prices.ofHour(hour);
    perKwh.push(price.currency === currency ? price.perKwh : null);
  }
  return { firstHour, perKwh };
}
