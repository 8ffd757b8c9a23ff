/** Sentences about budgets, for the user and for refused clients. */
import { formatBudgetAmount } from '../../../shared/cost.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { UNKNOWN, localMinute } from '../../../shared/format.ts';
import { amount, inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';

const USED = { day: 'used_day', week: 'used_week', month: 'used_month' } as const;

/** A warning that a share of a budget was reached. */
export function budgetWarning(state: BudgetState): Sentence {
  const { name, share, resetsAt, isStopped } = state;
  const percent = share === null ? UNKNOWN : amount(Math.floor(share * 100), 'percent');
  const values = { share: percent, name, used: usedOf(state), time: localMinute(resetsAt) };
  return isStopped ? sentence('budget_stop', values) : sentence('budget_share', values);
}

/** What a client is told whose request is refused. */
export function budgetRefusal(state: BudgetState): string {
  const { name, resetsAt } = state;
  return `The budget "${name}" in Tokwatt is used up (${inEnglish(usedOf(state))}). Requests are accepted again from ${localMinute(resetsAt)}, or once the budget is raised or its hardStop is turned off.`;
}

function usedOf(state: BudgetState): Sentence {
  const { used, amount: limit, period } = state;
  return sentence(USED[period], {
    spent: formatBudgetAmount(state, used),
    whole: formatBudgetAmount(state, limit),
  });
}
