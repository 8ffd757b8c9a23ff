import type { JSX } from 'react';
import css from './controls.module.css';

/** The line below a control of several parts: its problem, else its hint. */
export function ControlNote({
  hint,
  problem,
}: {
  readonly hint: string | undefined;
  readonly problem: string | null;
}): JSX.Element {
  return problem === null ? (
    <p className={css.hint}>{hint}</p>
  ) : (
    <p className={css.problem} role="alert">
      {problem}
    </p>
  );
}
