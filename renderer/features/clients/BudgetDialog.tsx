import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { MEASURES, PERIODS } from '../../../shared/budget-settings.ts';
import type { Budget, BudgetPeriod } from '../../../shared/budget-settings.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { useAction } from '../../state/action.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import type { BudgetOwner } from './BudgetList.tsx';
import css from './clients.module.css';
import { useBudgets } from './use-budgets.ts';

/** A budget is warned about at these shares unless it has others. */
const WARN_AT = [0.8, 1];

interface Draft {
  /** Null until the user writes one. */
  readonly name: string | null;
  readonly measure: Budget['measure'];
  readonly period: BudgetPeriod;
  readonly amount: string;
  readonly hardStop: boolean;
}

type Change = (change: Partial<Draft>) => void;

/** Adds a budget for a client, or changes one. */
export function BudgetDialog({
  budget,
  onClose,
  ...owner
}: BudgetOwner & {
  readonly budget: BudgetState | null;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  const { save } = useBudgets(owner.refresh);
  const [draft, setDraft] = useState(() => draftOf(budget));
  const { by, title } = owner;
  const name = draft.name ?? text('defaultName', { client: title, period: draft.period });
  const amount = Number(draft.amount);
  const isValid = draft.amount.trim() !== '' && Number.isFinite(amount) && amount > 0;
  const { state, problem, run } = useAction(async () => {
    if (!isValid) throw new Error(text('amountProblem'));
    const { measure, period, hardStop } = draft;
    const owned = { scope: by === 'key' ? 'key' : 'client', subject: owner.name } as const;
    // The token's dialog cannot be used while this one is open.
    onClose();
    await save(
      { name, measure, period, amount, hardStop, ...owned, warnAt: WARN_AT },
      budget?.name ?? null,
    );
  });
  return (
    <Dialog
      title={
        budget === null
          ? text('titleNew', { name: title })
          : text('titleOld', { name: budget.name })
      }
      isOpen
      onClose={onClose}
      actions={
        <Button onClick={run} disabled={state === 'busy'}>
          {text('save')}
        </Button>
      }
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <Fields
          {...{ draft, name, problem }}
          onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        />
      </form>
    </Dialog>
  );
}

function draftOf(budget: BudgetState | null): Draft {
  if (budget === null) {
    return { name: null, measure: 'tokens', period: 'day', amount: '', hardStop: false };
  }
  const { name, measure, period, amount, hardStop } = budget;
  return { name, measure, period, amount: String(amount), hardStop };
}

function Fields({
  draft: { measure, period, amount, hardStop },
  name,
  problem,
  onChange,
}: {
  readonly draft: Draft;
  readonly name: string;
  readonly problem: string | null;
  readonly onChange: Change;
}): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  return (
    <>
      <div className={css.pair}>
        <Select
          label={text('measure')}
          options={MEASURES.map((value) => ({ value, label: text(`measures.${value}`) }))}
          value={measure}
          onChange={(value) => onChange({ measure: value })}
        />
        <Select
          label={text('period')}
          options={PERIODS.map((value) => ({ value, label: text(`periods.${value}`) }))}
          value={period}
          onChange={(value) => onChange({ period: value })}
        />
      </div>
      <Field
        {...{ label: text('amount'), value: amount, kind: 'number', focused: true, problem }}
        unit={text(`units.${measure}`)}
        onChange={(value) => onChange({ amount: value })}
      />
      <Field label={text('name')} value={name} onChange={(value) => onChange({ name: value })} />
      <Toggle
        label={text('hardStop')}
        isOn={hardStop}
        onChange={(value) => onChange({ hardStop: value })}
      />
    </>
  );
}
