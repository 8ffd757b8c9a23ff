import type { JSX } from 'react';
import css from './FieldNote.module.css';

export interface FieldNoteText {
  /** Help for changing the value. */
  readonly hint?: string | undefined;
  /** Why the value is invalid. It replaces the hint. */
  readonly problem?: string | null;
}

/** The id of an input's note, for `aria-describedby`; undefined if there is none. */
export function fieldNoteId(inputId: string, { hint, problem }: FieldNoteText): string | undefined {
  return (problem ?? hint) === undefined ? undefined : `${inputId}-note`;
}

/** The line below an input. Screen readers announce a problem when it appears. */
export function FieldNote({
  inputId,
  hint,
  problem = null,
}: FieldNoteText & { readonly inputId: string }): JSX.Element | null {
  const id = fieldNoteId(inputId, { hint, problem });
  if (id === undefined) return null;
  return problem === null ? (
    <p id={id} className={css.hint}>
      {hint}
    </p>
  ) : (
    <p id={id} className={css.problem} role="alert">
      {problem}
    </p>
  );
}
