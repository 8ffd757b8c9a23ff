import { UNKNOWN, formatFactor, formatPercent, known } from './format.ts';

/** A change from which it is told as a multiple, because percents of that size say little. */
const MULTIPLE_FROM = 3;

/** By which share `value` differs from `base`: 0.2 is 20 % more. Null if either is unknown or the base is 0. */
export function relativeChange(base: number | null, value: number | null): number | null {
  if (!known(base) || !known(value) || base === 0) return null;
  return (value - base) / base;
}

/** A change: `+12 %`, `−8 %`, `±0 %`, and `4.2 ×` where it is a multiple. */
export function formatChange(change: number | null): string {
  if (!known(change)) return UNKNOWN;
  if (change + 1 >= MULTIPLE_FROM) return formatFactor(change + 1);
  const percent = Math.round(change * 100);
  if (percent === 0) return '±0 %';
  return `${percent > 0 ? '+' : '−'}${formatPercent(Math.abs(percent))}`;
}
