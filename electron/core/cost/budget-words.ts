/** Sentences about budgets, for the user and for refused clients. */
import { formatBudgetAmount } from '../../../shared/cost.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { formatPercent, localMinute } from '../../../shared/format.ts';

const PERIOD = { day: 'today', week: 'this week', month: 'this month' } as const;

/** A warning that a share of a budget was reached. */
export function budgetWarning(state: BudgetState): string {
  const { name, share, resetsAt, isStopped } = state;
  const percent = formatPercent(share === null ? null : Math.floor(share * 100));
  const stop = isStopped ? ' Further requests of its scope are refused until then.' : '';
  return `${percent} of the budget "${name}" is used: ${usedOf(state)}. It starts anew on ${localMinute(resetsAt)}.${stop}`;
}

/** What a client is told whose request is refused. */
export function budgetRefusal(state: BudgetState): string {
  const { name, resetsAt } = state;
  return `The budget "${name}" in Tokwatt is used up (${usedOf(state)}). Requests are accepted again from ${localMinute(resetsAt)}, or once the budget is raised or its hardStop is turned off.`;
}

function usedOf(state: BudgetState): string {
  const { used, amount, period } = state;
  const [spent, whole] = [used, amount].map((each) => formatBudgetAmount(state, each));
  return `${spent} of ${whole} ${PERIOD[period]}`;
}
