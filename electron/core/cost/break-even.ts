import type { BreakEven, Saved } from '../../../shared/cost-report.ts';

const DAY_MS = 86_400_000;

/** Null without a price of the machine, and if it is unknown what was saved. */
export function breakEvenOf(
  machinePrice: number | null,
  saved: Saved | null,
  { from, to }: { readonly from: number; readonly to: number },
): BreakEven | null {
  if (machinePrice === null || saved === null) return null;
  const days = Math.max(1, (to - from) / DAY_MS);
  const savedPerDay = saved.amount / days;
  return {
    currency: saved.currency,
    machinePrice,
    saved: saved.amount,
    days,
    savedPerDay,
    daysToBreakEven: savedPerDay > 0 ? machinePrice / savedPerDay : null,
  };
}
