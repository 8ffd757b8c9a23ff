import type { JSX, ReactNode } from 'react';
import { foreignText } from '../../../../shared/foreign-name.ts';
import css from './Detail.module.css';

export interface Figure {
  readonly label: string;
  readonly value: ReactNode;
  /** Where it is from, or what to compare it with. */
  readonly note?: ReactNode | undefined;
}

/** Names with their values, one a line. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }): JSX.Element {
  return (
    <dl className={css.figures}>
      {figures.map(({ label, value, note }) => (
        <div key={label} className={css.figure}>
          <dt>{label}</dt>
          <dd>
            {typeof value === 'string' ? foreignText(value) : value}
            {note !== undefined && <span className={css.note}> {note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
