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
  /** The text of a `secret` is hidden; a `code` is a few letters. */
  readonly kind?: 'text' | 'code' | 'secret' | 'address' | 'number';
  readonly placeholder?: string;
  /** Shown after the value. */
  readonly unit?: string;
  /** Gets the focus when it appears. */
  readonly focused?: boolean;
  /** The Enter key is pressed in the field. Its form, if any, is not submitted. */
  readonly onEnter?: () => void;
  /** As {@link onEnter}, and when the field is left. */
  readonly onCommit?: () => void;
}

/** A text input with its label. `problem` explains why the value is invalid. */
export function Field(props: FieldProps): JSX.Element {
  const { label, hint, problem = null, unit } = props;
  const id = useId();
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      <span className={css.line}>
        <Input {...props} id={id} />
        {unit !== undefined && <span className={css.unit}>{unit}</span>}
      </span>
      <FieldNote inputId={id} hint={hint} problem={problem} />
    </div>
  );
}

function Input(props: FieldProps & { readonly id: string }): JSX.Element {
  const { id, kind = 'text', hint, problem = null, onEnter, onCommit } = props;
  const enter = onEnter ?? onCommit;
  return (
    <input
      id={id}
      className={`${css.input ?? ''} ${css[kind] ?? ''}`}
      type={kind === 'secret' ? 'password' : 'text'}
      inputMode={kind === 'number' ? 'decimal' : kind === 'address' ? 'url' : 'text'}
      value={props.value}
      placeholder={props.placeholder}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      autoFocus={props.focused ?? false}
      aria-invalid={problem !== null}
      aria-describedby={fieldNoteId(id, { hint, problem })}
      onChange={(event) => props.onChange(event.target.value)}
      onBlur={onCommit}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || enter === undefined) return;
        event.preventDefault();
        enter();
      }}
    />
  );
}
