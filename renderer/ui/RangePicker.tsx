import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { isoMinute } from '../../shared/clock-text.ts';
import { localParts, localTime } from '../../shared/local-time.ts';
import { PRESETS, rangeText } from '../state/range.ts';
import type { ChosenRange, Preset } from '../state/range.ts';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Select } from './Select.tsx';
import css from './RangePicker.module.css';

interface AllTimes {
  readonly label: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

/** The value of all times among the options. */
const ALL = 'all';

/** The choice of a page's time range: one that ends now, or one between two times. */
export function RangePicker({
  range,
  onChange,
  all,
}: {
  readonly range: ChosenRange;
  readonly onChange: (text: string) => void;
  /** For pages that may show all times. */
  readonly all?: AllTimes;
}): JSX.Element {
  const text = useTranslations('frame.range');
  const [isOpen, setOpen] = useState(false);
  const presets = Object.keys(PRESETS) as Preset[];
  return (
    <>
      <Select
        label={text('label')}
        isLabelHidden
        value={all?.isChosen === true ? ALL : (range.preset ?? 'custom')}
        options={[
          ...(all === undefined ? [] : [{ value: ALL, label: all.label }]),
          ...presets.map((value) => ({ value, label: text(value) })),
          { value: 'custom', label: text('custom') },
        ]}
        onChange={(value) => {
          if (value === ALL) all?.choose();
          else if (value === 'custom') setOpen(true);
          else onChange(value);
        }}
      />
      {range.preset === null && (
        <Button plain onClick={() => setOpen(true)}>
          {range.since === null
            ? text('between', times(range))
            : text('since', { from: new Date(range.since) })}
        </Button>
      )}
      {isOpen && <CustomRange range={range} onChange={onChange} onClose={() => setOpen(false)} />}
    </>
  );
}

function times(range: ChosenRange): { from: Date; to: Date } {
  const { from, to } = range.at(0);
  return { from: new Date(from), to: new Date(to) };
}

function CustomRange({
  range,
  onChange,
  onClose,
}: {
  readonly range: ChosenRange;
  readonly onChange: (text: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('frame.range');
  const [initial] = useState(() => range.at(Date.now()));
  const [from, setFrom] = useState(fieldTime(initial.from));
  const [to, setTo] = useState(fieldTime(initial.to));
  const chosen = { from: timeOfField(from), to: timeOfField(to) };
  const isValid = chosen.from < chosen.to;
  const apply = (): void => {
    onChange(rangeText(chosen));
    onClose();
  };
  return (
    <Dialog
      title={text('custom')}
      isOpen
      onClose={onClose}
      actions={
        <Button onClick={apply} disabled={!isValid}>
          {text('apply')}
        </Button>
      }
    >
      <div className={css.fields}>
        <TimeField label={text('from')} value={from} onChange={setFrom} />
        <TimeField label={text('to')} value={to} onChange={setTo} />
      </div>
      <p className={css.problem} role="status">
        {!isValid && text('backward')}
      </p>
    </Dialog>
  );
}

function TimeField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <label className={css.field}>
      {label}
      <input
        type="datetime-local"
        className={css.input}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

/** A local time in the form that the browser's field takes. */
function fieldTime(unixMs: number): string {
  return isoMinute(localTime(unixMs));
}

/** The time in a field, Unix milliseconds; NaN for a field without one. */
function timeOfField(text: string): number {
  const [year = NaN, month = NaN, day, hour, minute] = text.split(/[-T:]/).map(Number);
  return localParts(year, month - 1, day ?? NaN, hour, minute).getTime();
}
