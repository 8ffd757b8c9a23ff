import { localDate } from '../../../shared/format.ts';
import type { EnergyHour, EnergyHours } from '../records/ledger/energy-hours.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import type { RollupRow } from '../records/ledger/query-schemas.ts';
import { HOUR_MS } from './tariff.ts';
import type { Price, Prices } from './tariff.ts';

/** An hour's or a day's sums with the price of their energy. */
export interface PricedHour extends EnergyHour {
  readonly price: Price;
}

interface Sources {
  readonly ledger: Pick<Ledger, 'energyHours' | 'rollups'>;
  readonly prices: Prices;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly dimension: 'application' | 'key';
  readonly name?: string;
}

/**
 * Returns the hours of clients or keys. Only rows say in which hour a client used energy. For days
 * whose rows were deleted, the daily sums are taken, with the day's mean price.
 */
export async function dailyHours(
  sources: Sources,
  range: Range,
  { hours, rowsFrom }: EnergyHours,
  priced: (hour: EnergyHour) => PricedHour,
): Promise<PricedHour[]> {
  if (rowsFrom !== null && rowsFrom <= range.from) return hours.map(priced);
  const lastDay = localDate(Math.min(range.to - 1, rowsFrom ?? Infinity));
  const days = await sources.ledger.rollups({
    fromDay: localDate(range.from),
    toDay: lastDay,
    by: [range.dimension, 'model'],
    ...(range.name === undefined ? {} : { [range.dimension]: range.name }),
  });
  // On the day of the oldest row, some rows may have been deleted already.
  const dayOf = ({ hour }: EnergyHour): string => localDate(hour * HOUR_MS);
  const counted = sumOf(days.filter(({ day }) => day === lastDay));
  const isWhole = counted === sumOf(hours.filter((hour) => dayOf(hour) === lastDay));
  const daily = days.filter(({ day }) => day < lastDay || !isWhole);
  const kept = hours.filter((hour) => isWhole || dayOf(hour) > lastDay);
  if (daily.every(({ requests }) => requests === 0)) return kept.map(priced);
  const meanOf = await dayPrices(sources, range);
  return [...daily.map((row) => pricedDay(row, range.dimension, meanOf)), ...kept.map(priced)];
}

function sumOf(rows: readonly { readonly requests: number }[]): number {
  return rows.reduce((sum, { requests }) => sum + requests, 0);
}

function pricedDay(
  row: RollupRow,
  dimension: Range['dimension'],
  priceOf: (day: string) => Price,
): PricedHour {
  const { day, model, requests, energyJoules, inputTokens, outputTokens } = row;
  const { cachedInputTokens, reasoningTokens } = row;
  const tokens = { inputTokens, cachedInputTokens, outputTokens, reasoningTokens };
  const named = { hour: Math.floor(noonOf(day) / HOUR_MS), name: row[dimension], model };
  return { ...named, requests, energyJoules: energyJoules ?? 0, ...tokens, price: priceOf(day) };
}

/** Noon exists on every day, and its hour (UTC) is on the same local day. */
function noonOf(day: string): number {
  return new Date(`${day}T12:00:00`).getTime();
}

/** The mean price of each day, weighted by the energy that all exchanges used in its hours. */
async function dayPrices(
  { ledger, prices }: Sources,
  { from, to }: Range,
): Promise<(day: string) => Price> {
  const { hours } = await ledger.energyHours({ from: dayStart(from), to, by: 'upstream' });
  const byDay = new Map<string, { price: Price; joules: number }[]>();
  for (const { hour, energyJoules } of hours) {
    const day = localDate(hour * HOUR_MS);
    const each = { price: prices.ofHour(hour), joules: energyJoules };
    byDay.set(day, [...(byDay.get(day) ?? []), each]);
  }
  return (day) => meanPrice(byDay.get(day) ?? [], prices.at(noonOf(day)));
}

function dayStart(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** `fallback` counts if no hour of the day has energy, and for the currency. */
function meanPrice(
  hours: readonly { readonly price: Price; readonly joules: number }[],
  fallback: Price,
): Price {
  const used = hours.filter(({ joules }) => joules > 0);
  const [first] = used;
  if (first === undefined) return { ...fallback, isMean: true };
  const { currency, perKwh, gramsPerKwh } = first.price;
  const isConstant = used.every(
    ({ price }) =>
      price.currency === currency && price.perKwh === perKwh && price.gramsPerKwh === gramsPerKwh,
  );
  if (isConstant) return first.price;
  const own = used.filter(({ price }) => price.currency === currency && price.perKwh !== null);
  const carbon = used.filter(({ price }) => price.gramsPerKwh !== null);
  return {
    ...first.price,
    isMean: true,
    perKwh: weighted(own, ({ price }) => price.perKwh ?? 0),
    gramsPerKwh: weighted(carbon, ({ price }) => price.gramsPerKwh ?? 0),
  };
}

function weighted<Each extends { readonly joules: number }>(
  values: readonly Each[],
  valueOf: (each: Each) => number,
): number | null {
  const joules = values.reduce((sum, each) => sum + each.joules, 0);
  if (joules === 0) return null;
  return values.reduce((sum, each) => sum + each.joules * valueOf(each), 0) / joules;
}
