import { useId } from 'react';
import type { JSX } from 'react';
import css from './Field.module.css';

/** A line of text to fill in, under its label. `problem` says what is wrong with it. */
export function Field({
  label,
  value,
  onChange,
  hint,
  problem = null,
  kind = 'text',
  placeholder,
  unit,
  focused = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly problem?: string | null;
  /** A `secret` is not shown while it is typed. */
  readonly kind?: 'text' | 'secret' | 'address' | 'number';
  readonly placeholder?: string;
  /** Stands behind the value. */
  readonly unit?: string;
  /** Takes the focus when it appears. */
  readonly focused?: boolean;
}): JSX.Element {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <span className={css.line}>
        <input
          id={id}
          className={`${css.input ?? ''} ${css[kind] ?? ''}`}
          type={kind === 'secret' ? 'password' : 'text'}
          inputMode={kind === 'number' ? 'numeric' : kind === 'address' ? 'url' : 'text'}
          value={value}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          autoFocus={focused}
          aria-invalid={problem !== null}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          onChange={(event) => onChange(event.target.value)}
        />
        {unit !== undefined && <span className={css.unit}>{unit}</span>}
      </span>
      {note !== undefined && (
        <p
          id={`${id}-note`}
          className={problem === null ? css.hint : css.problem}
          role={problem === null ? undefined : 'alert'}
        >
          {note}
        </p>
      )}
    </div>
  );
}
