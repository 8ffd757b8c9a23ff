import type { Saved } from './cost-sum.ts';

const DAY_MS = 86_400_000;

/** When the machine has paid for itself, at the pace of a range. */
export interface BreakEven {
  readonly currency: string;
  readonly machinePrice: number;
  /** What was saved in the range, and its length in days; a shorter range counts as one. */
  readonly saved: number;
  readonly days: number;
  readonly savedPerDay: number;
  /** Days of such use that pay for the machine; null if nothing is saved. */
  readonly daysToBreakEven: number | null;
}

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
