/** Days, weeks and months of the local calendar. Changes of daylight saving time are respected. */
import type { BudgetPeriod } from '../../../shared/budget-settings.ts';

export interface Span {
  /** Unix milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

/** The period that contains a moment. A week begins on Monday. */
export function periodOf(period: BudgetPeriod, at: number): Span {
  const date = new Date(at);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  switch (period) {
    case 'day':
      return { from: midnight(year, month, day), to: midnight(year, month, day + 1) };
    case 'week': {
      const monday = day - ((date.getDay() + 6) % 7);
      return { from: midnight(year, month, monday), to: midnight(year, month, monday + 7) };
    }
    case 'month':
      return { from: midnight(year, month, 1), to: midnight(year, month + 1, 1) };
  }
}

/**
 * The first moment of a local day; days outside the month count on. In zones that skip midnight, it
 * is the first moment after it.
 */
function midnight(year: number, month: number, day: number): number {
  return new Date(year, month, day).getTime();
}
