import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { weekStart } from '../../../../shared/format-locale.ts';
import { weekFrom } from '../../../../shared/units.ts';
import { WEEKDAYS } from '../../../../shared/week-times.ts';
import type { Weekday } from '../../../../shared/week-times.ts';
import { Button } from '../../../ui/Button.tsx';
import { Field } from '../../../ui/Field.tsx';
import { ControlNote } from './ControlNote.tsx';
import css from './controls.module.css';

/** A row as it is edited. The price is text, so that it can be incomplete. */
interface Row {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
  readonly price?: string | number;
}

/** Times of the week in rows, with a price in each if `priced`. */
export function TimesControl({
  label,
  hint,
  problem,
  priced,
  value,
  onChange,
}: {
  readonly label: string;
  readonly hint: string | undefined;
  readonly problem: string | null;
  readonly priced: boolean;
  readonly value: unknown;
  readonly onChange: (rows: readonly Row[]) => void;
}): JSX.Element {
  const text = useTranslations('settings');
  const rows = Array.isArray(value) ? (value as readonly Row[]) : [];
  const set = (index: number, change: Partial<Row>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <fieldset className={css.fieldset}>
      <legend className={css.legend}>{label}</legend>
      {rows.map((row, index) => (
        <TimeRow
          key={index}
          row={row}
          number={index + 1}
          priced={priced}
          set={(change) => set(index, change)}
          remove={() => onChange(rows.filter((_, at) => at !== index))}
        />
      ))}
      <div>
        <Button onClick={() => onChange([...rows, newRow(priced)])}>{text('times.add')}</Button>
      </div>
      <ControlNote hint={hint} problem={problem} />
    </fieldset>
  );
}

function newRow(priced: boolean): Row {
  return { days: [...WEEKDAYS], from: '00:00', to: '24:00', ...(priced ? { price: '' } : {}) };
}

function TimeRow({
  row,
  number,
  priced,
  set,
  remove,
}: {
  readonly row: Row;
  readonly number: number;
  readonly priced: boolean;
  readonly set: (change: Partial<Row>) => void;
  readonly remove: () => void;
}): JSX.Element {
  const text = useTranslations('settings');
  return (
    <div className={css.times} role="group" aria-label={text('times.row', { number })}>
      <Days days={row.days} onChange={(days) => set({ days })} />
      <Field
        label={text('times.from')}
        kind="number"
        value={row.from}
        onChange={(from) => set({ from })}
      />
      <Field label={text('times.to')} kind="number" value={row.to} onChange={(to) => set({ to })} />
      {priced && (
        <Field
          label={text('times.price')}
          kind="number"
          value={String(row.price ?? '')}
          onChange={(price) => set({ price })}
        />
      )}
      <Button plain onClick={remove}>
        {text('times.remove', { number })}
      </Button>
    </div>
  );
}

function Days({
  days,
  onChange,
}: {
  readonly days: readonly Weekday[];
  readonly onChange: (days: readonly Weekday[]) => void;
}): JSX.Element {
  const text = useTranslations('settings.weekdays');
  return (
    <div className={css.days}>
      {weekFrom(weekStart()).map((day) => (
        <label key={day} className={css.day}>
          <input
            type="checkbox"
            checked={days.includes(day)}
            onChange={({ target }) =>
              onChange(
                WEEKDAYS.filter((each) => (each === day ? target.checked : days.includes(each))),
              )
            }
          />
          {text(day)}
        </label>
      ))}
    </div>
  );
}
