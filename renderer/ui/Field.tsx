import { useId } from 'react';
import type { JSX } from 'react';
import css from './Field.module.css';
import { FieldNote, fieldNoteId } from './FieldNote.tsx';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly problem?: string | null;
  /** The text of a `secret` is hidden. */
  readonly kind?: 'text' | 'secret' | 'address' | 'number';
  readonly placeholder?: string;
  /** Shown after the value. */
  readonly unit?: string;
  /** Gets the focus when it appears. */
  readonly focused?: boolean;
}

/** A text input with its label. `problem` explains why the value is invalid. */
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
}: FieldProps): JSX.Element {
  const id = useId();
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
          aria-describedby={fieldNoteId(id, { hint, problem })}
          onChange={(event) => onChange(event.target.value)}
        />
        {unit !== undefined && <span className={css.unit}>{unit}</span>}
      </span>
      <FieldNote inputId={id} hint={hint} problem={problem} />
    </div>
  );
}
