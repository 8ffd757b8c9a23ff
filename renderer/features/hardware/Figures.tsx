import type { JSX } from 'react';
import type { NamedFigure } from './device-figures.ts';
import css from './hardware.module.css';

/** Figures with their names. */
export function Figures({ figures }: { readonly figures: readonly NamedFigure[] }): JSX.Element {
  return (
    <dl className={css.figures}>
      {figures.map(({ key, label, value, raw }) => (
        <div key={key}>
          <dt>{label}</dt>
          <dd data-figure={key} data-value={raw ?? undefined}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
