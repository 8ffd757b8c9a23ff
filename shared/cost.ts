/** The slices of costs and budgets. */
import type { Budget } from './budget-settings.ts';
import { UNKNOWN, formatTokens } from './format.ts';
import { formatKwh, formatMoney } from './format-cost.ts';

/** What the energy of the current local day costs so far. */
export interface CostToday {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly currency: string;
  /** Null if no exchange of the day has a known energy. */
  readonly kwh: number | null;
  /** In units of the currency; null if no energy has a price. */
  readonly cost: number | null;
  readonly co2Grams: number | null;
  /** False if a part of the energy has no price, or one in another currency. */
  readonly isComplete: boolean;
}

/** How far a budget is used up in its current period. */
export interface BudgetState extends Pick<
  Budget,
  'name' | 'measure' | 'period' | 'scope' | 'subject' | 'amount' | 'hardStop'
> {
  /** Of an amount of money; null for the others. */
  readonly currency: string | null;
  /** Tokens, kWh or money; null if it is not known. */
  readonly used: number | null;
  /** `used` by `amount`; 1 is all of it. */
  readonly share: number | null;
  /** The period, Unix milliseconds. At `resetsAt` the next one begins. */
  readonly startedAt: number;
  readonly resetsAt: number;
  /** True while requests of the scope are refused. */
  readonly isStopped: boolean;
}

/** An amount of a budget, in its measure: `1.2M tokens`, `3.4 kWh`, `€5.00`. */
export function formatBudgetAmount(
  { measure, currency }: Pick<BudgetState, 'measure' | 'currency'>,
  amount: number | null,
): string {
  if (measure === 'tokens') return formatTokens(amount);
  if (measure === 'energy') return formatKwh(amount);
  return currency === null ? UNKNOWN : formatMoney(amount, currency);
}
