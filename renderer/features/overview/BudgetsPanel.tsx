import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBudgetAmount } from '../../../shared/cost.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { UNKNOWN, formatPercent, localMinute } from '../../../shared/format.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './BudgetsPanel.module.css';

/** From this share on, a bar is marked. */
const NEARLY = 0.8;

/** How far each budget is used; nothing unless the settings have budgets. */
export function BudgetsPanel(): JSX.Element | null {
  const text = useTranslations('overview.budgets');
  const budgets = useSliceOfSecond('budgets');
  if (budgets.length === 0) return null;
  return (
    <Panel title={text('title')}>
      <ul className={css.list}>
        {budgets.map((budget) => (
          <BudgetBar key={budget.name} budget={budget} />
        ))}
      </ul>
    </Panel>
  );
}

function BudgetBar({ budget }: { readonly budget: BudgetState }): JSX.Element {
  const words = useTranslations('overview.budgets');
  const { name, used, share, amount, resetsAt, isStopped } = budget;
  const percent = share === null ? null : share * 100;
  const text = words('of', {
    used: used === null ? UNKNOWN : formatBudgetAmount(budget, used),
    amount: formatBudgetAmount(budget, amount),
  });
  return (
    <li data-testid="budget" data-budget={name}>
      <div className={css.head}>
        <span className={css.name}>
          <LongName>{name}</LongName>
        </span>
        <span className={css.percent}>{formatPercent(percent)}</span>
      </div>
      {percent !== null && (
        <Meter
          label={words('label', { name })}
          percent={percent}
          text={text}
          tone={percent >= NEARLY * 100 ? 'warn' : 'plain'}
        />
      )}
      <p className={css.detail}>
        {words(isStopped ? 'refused' : 'until', { text, time: localMinute(resetsAt) })}
      </p>
    </li>
  );
}
