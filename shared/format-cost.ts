/** Formats of costs and of the energy that they are computed from. */
import { formatLocale } from './format-locale.ts';
import { UNKNOWN, known, threeFigures } from './format.ts';

/** Energy in kilowatt-hours: `0.42 kWh`, `1,240 kWh`; below a hundredth of one: `4.20 Wh`. */
export function formatKwh(kwh: number | null): string {
  if (!known(kwh)) return UNKNOWN;
  const isSmall = kwh !== 0 && Math.abs(kwh) < 0.01;
  return isSmall ? `${threeFigures(kwh * 1_000)} Wh` : `${threeFigures(kwh)} kWh`;
}

/**
 * An amount of money: `€1.20`, `$0.0042`, `¥12`. Amounts below a unit's hundredth keep two figures,
 * because a request rarely costs a cent. Halves are rounded away from zero.
 */
export function formatMoney(amount: number | null, currency: string): string {
  if (!known(amount)) return UNKNOWN;
  const isSmall = amount !== 0 && Math.abs(amount) < 0.01;
  return amount.toLocaleString(formatLocale(), {
    style: 'currency',
    currency,
    ...(isSmall ? { minimumFractionDigits: 0, maximumSignificantDigits: 2 } : {}),
  });
}

/** The price of a kilowatt-hour that follows from a cost and its whole energy; null if it is unknown. */
export function formatMeanPrice(
  cost: number | null,
  kwh: number | null,
  currency: string,
): string | null {
  return cost === null || kwh === null || kwh === 0 ? null : formatMoney(cost / kwh, currency);
}

/** Grams of CO2: `12.3 g`, `4.56 kg`. */
export function formatCarbon(grams: number | null): string {
  if (!known(grams)) return UNKNOWN;
  return grams < 999.5 ? `${threeFigures(grams)} g` : `${threeFigures(grams / 1_000)} kg`;
}
