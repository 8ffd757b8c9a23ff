import { useId } from 'react';
import type { JSX } from 'react';
import { FieldNote, fieldNoteId } from './FieldNote.tsx';
import css from './Toggle.module.css';

/** A switch that takes effect at once. */
export function Toggle({
  label,
  isOn,
  onChange,
  hint,
  problem = null,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly hint?: string | undefined;
  readonly problem?: string | null;
}): JSX.Element {
  const id = useId();
  return (
    <div className={css.toggle}>
      <input
        id={id}
        type="checkbox"
        className={css.box}
        checked={isOn}
        aria-describedby={fieldNoteId(id, { hint, problem })}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      <FieldNote inputId={id} hint={hint} problem={problem} />
    </div>
  );
}
