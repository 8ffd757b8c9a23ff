import type { JSX } from 'react';
import { foreignText } from '../../../shared/foreign-name.ts';
import css from './stacked-bar.module.css';

export interface StackedBarPart {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  /** The figure with its unit, such as `5.6 GiB`. */
  readonly text: string;
  /** A CSS colour; null for what is free, which is left empty. */
  readonly color: string | null;
}

export interface StackedBarProps {
  readonly parts: readonly StackedBarPart[];
  /** What the whole bar stands for, in the unit of the parts; their sum by default. */
  readonly total?: number | undefined;
  /** Name of the list for screen readers. */
  readonly label: string;
}

/** Parts of a whole in one row, each with its name and figure below. */
export function StackedBar({ parts, total, label }: StackedBarProps): JSX.Element {
  const sum = total ?? parts.reduce((all, { value }) => all + value, 0);
  return (
    <div className={css.whole}>
      <div className={css.bar} aria-hidden="true">
        {parts.map(({ key, value, color }) => (
          <span
            key={key}
            className={css.part}
            style={{
              width: `${sum === 0 ? 0 : (value / sum) * 100}%`,
              background: color ?? 'transparent',
            }}
          />
        ))}
      </div>
      <ul className={css.legend} aria-label={foreignText(label)}>
        {parts.map(({ key, label: name, text, color }) => (
          <li key={key} className={css.item}>
            <span className={css.swatch} style={{ background: color ?? 'var(--track)' }} />
            <span>{foreignText(name)}</span>
            <span className={css.figure}>{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
