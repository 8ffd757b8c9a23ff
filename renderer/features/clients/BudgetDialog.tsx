import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { MEASURES, PERIODS } from '../../../shared/budget-settings.ts';
import type { Budget, BudgetPeriod } from '../../../shared/budget-settings.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import { useAction } from '../../state/action.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import css from './clients.module.css';
import { FormDialog } from './FormDialog.tsx';
import { useBudgets } from './use-budgets.ts';
import type { BudgetOwner } from './use-budgets.ts';

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

export interface BudgetDialogProps extends BudgetOwner {
  readonly budget: BudgetState | null;
  readonly onClose: () => void;
}

/** Adds a budget for a client, or changes one. */
export function BudgetDialog({ budget, onClose, ...owner }: BudgetDialogProps): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  const { save } = useBudgets(owner.refresh);
  const [draft, setDraft] = useState(() => draftOf(budget));
  const { title } = owner;
  const name = draft.name ?? text('defaultName', { client: title, period: draft.period });
  const { state, problem, run } = useAction(async () => {
    const amount = amountOf(draft);
    if (amount === null) throw new Error(text('amountProblem'));
    // The token's dialog cannot be used while this one is open.
    onClose();
    await save(budgetOf({ ...draft, name, amount }, owner), budget?.name ?? null);
  });
  return (
    <FormDialog
      title={
        budget === null
          ? text('titleNew', { name: title })
          : text('titleOld', { name: budget.name })
      }
      {...{ saveText: text('save'), isBusy: state === 'busy', onSave: run, onClose }}
    >
      <Fields
        {...{ draft, name, problem }}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
      />
    </FormDialog>
  );
}

function draftOf(budget: BudgetState | null): Draft {
  if (budget === null) {
    return { name: null, measure: 'tokens', period: 'day', amount: '', hardStop: false };
  }
  const { name, measure, period, amount, hardStop } = budget;
  return { name, measure, period, amount: String(amount), hardStop };
}

/** Null unless it is a number above 0. */
function amountOf(draft: Draft): number | null {
  const amount = Number(draft.amount);
  return Number.isFinite(amount) && amount > 0 ? amount : null;
}

type Entered = Pick<Budget, 'name' | 'measure' | 'period' | 'amount' | 'hardStop'>;

function budgetOf(
  { name, measure, period, amount, hardStop }: Entered,
  { by, name: subject }: BudgetOwner,
): Budget {
  const scope = by === 'key' ? 'key' : 'client';
  return { name, measure, period, amount, hardStop, scope, subject, warnAt: WARN_AT };
}

interface MeasuredProps {
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

interface FieldsProps extends MeasuredProps {
  readonly name: string;
  readonly problem: string | null;
}

function Fields({ draft, name, problem, onChange }: FieldsProps): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  const { measure, amount, hardStop } = draft;
  return (
    <>
      <Measured {...{ draft, onChange }} />
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

function Measured({ draft: { measure, period }, onChange }: MeasuredProps): JSX.Element {
  const text = useTranslations('clients.budgetForm');
  return (
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
  );
}
