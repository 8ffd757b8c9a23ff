import { useEffect, useRef, useState } from 'react';
import type { CSSProperties, JSX } from 'react';
import { Input, NumberField, useLocale } from 'react-aria-components';
import css from './words.module.css';

/** How long a number may still change before it is taken, milliseconds: arrow keys step through many. */
const SETTLED_MS = 500;

/** A number that is a part of a sentence. An empty field is null. */
export function WordNumber({
  label,
  value,
  onChange,
  unit,
  isInvalid = false,
}: {
  readonly label: string;
  readonly value: number | null;
  /** Called when the number was left, entered or has settled. */
  readonly onChange: (value: number | null) => void;
  /** Shown after the number. */
  readonly unit?: string | undefined;
  readonly isInvalid?: boolean;
}): JSX.Element {
  const { locale } = useLocale();
  const settle = useSettled(onChange);
  // A value that was set from elsewhere replaces what is typed.
  const [typed, setTyped] = useState({ of: value, number: value });
  const shown = typed.of === value ? typed.number : value;
  const digits = (shown ?? 0).toLocaleString(locale, { maximumFractionDigits: 3 }).length;
  const style: CSSProperties & Record<'--digits', number> = { '--digits': Math.max(3, digits) };
  return (
    <NumberField
      className={css.number ?? ''}
      aria-label={label}
      value={shown ?? Number.NaN}
      isInvalid={isInvalid}
      formatOptions={{ maximumFractionDigits: 3 }}
      onChange={(next) => {
        const number = Number.isNaN(next) ? null : next;
        setTyped({ of: value, number });
        settle(number);
      }}
    >
      <Input className={css.input ?? ''} style={style} />
      {unit !== undefined && <span className={css.unit}>{unit}</span>}
    </NumberField>
  );
}

/** Passes the last value on when no other has followed for a while, or when the field goes away. */
function useSettled(onChange: (value: number | null) => void): (value: number | null) => void {
  const latest = useRef(onChange);
  const waiting = useRef<{ value: number | null; timer: ReturnType<typeof setTimeout> } | null>(
    null,
  );
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(
    () => () => {
      if (waiting.current === null) return;
      clearTimeout(waiting.current.timer);
      latest.current(waiting.current.value);
    },
    [],
  );
  return (value) => {
    clearTimeout(waiting.current?.timer);
    const timer = setTimeout(() => {
      waiting.current = null;
      latest.current(value);
    }, SETTLED_MS);
    waiting.current = { value, timer };
  };
}
