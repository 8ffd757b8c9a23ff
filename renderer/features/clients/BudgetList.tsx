import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientRow } from '../../../shared/clients.ts';
import { formatBudgetAmount } from '../../../shared/cost.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { UNKNOWN, formatPercent } from '../../../shared/format.ts';
import { Button } from '../../ui/Button.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { Note } from '../../ui/Note.tsx';
import { BudgetDialog } from './BudgetDialog.tsx';
import { useBudgets } from './use-budgets.ts';
import type { BudgetOwner } from './use-budgets.ts';
import css from './clients.module.css';

/** From this share on, a bar is marked. */
const NEARLY = 0.8;

/** The budgets of a client, and the way to add one. */
export function BudgetList({
  row: { budgets },
  ...owner
}: BudgetOwner & { readonly row: ClientRow }): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  const [edited, setEdited] = useState<BudgetState | 'new' | null>(null);
  return (
    <div className={css.budgets}>
      {budgets.length === 0 && <Note>{text('none')}</Note>}
      {budgets.map((budget) => (
        <BudgetLine
          key={budget.name}
          budget={budget}
          owner={owner}
          onEdit={() => setEdited(budget)}
        />
      ))}
      <div>
        <Button onClick={() => setEdited('new')}>{text('add')}</Button>
      </div>
      {edited !== null && (
        <BudgetDialog
          {...owner}
          budget={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}

interface BudgetLineProps {
  readonly budget: BudgetState;
  readonly owner: BudgetOwner;
  readonly onEdit: () => void;
}

function BudgetLine({ budget, owner, onEdit }: BudgetLineProps): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  const { name, used, share, amount, period, isStopped } = budget;
  const percent = share === null ? null : share * 100;
  const shown = text('used', {
    used: used === null ? UNKNOWN : formatBudgetAmount(budget, used),
    amount: formatBudgetAmount(budget, amount),
    period,
  });
  return (
    <div data-testid="client-budget" data-budget={name}>
      <div className={css.budgetLine}>
        <span className={css.budgetName}>
          <LongName>{name}</LongName>
        </span>
        {formatPercent(percent)}
        <BudgetMenu name={name} refresh={owner.refresh} onEdit={onEdit} />
      </div>
      {percent !== null && (
        <Meter
          {...{ label: name, percent, text: shown }}
          tone={percent >= NEARLY * 100 ? 'warn' : 'plain'}
        />
      )}
      <p className={css.detail}>
        {shown}
        {isStopped && ` ${text('stopped')}`}
      </p>
    </div>
  );
}

interface BudgetMenuProps {
  readonly name: string;
  readonly refresh: () => void;
  readonly onEdit: () => void;
}

function BudgetMenu({ name, refresh, onEdit }: BudgetMenuProps): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  const frame = useTranslations('frame');
  const { remove } = useBudgets(refresh);
  return (
    <MenuButton
      label={`${frame('more')}: ${name}`}
      entries={[
        { id: 'edit', title: text('edit', { name }), run: onEdit },
        { id: 'remove', title: text('remove', { name }), run: () => remove(name) },
      ]}
    />
  );
}
