import type { JSX } from 'react';
import css from './Stat.module.css';

/** A figure with its label and unit. `color` links it to a series of the chart next to it. */
export function Stat({
  label,
  value,
  unit,
  color,
  large = false,
  raw,
  testId,
}: {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly color?: string;
  readonly large?: boolean;
  /** The unformatted figure, for tests and scripts. */
  readonly raw?: number;
  readonly testId?: string;
}): JSX.Element {
  return (
    <div className={large ? css.large : undefined}>
      <dt className={css.label}>
        {color !== undefined && (
          <span className={css.key} style={{ background: color }} aria-hidden="true" />
        )}
        {label}
      </dt>
      <dd className={css.reading}>
        <span className={css.value} data-testid={testId} data-value={raw}>
          {value}
        </span>{' '}
        <span className={css.unit}>{unit}</span>
      </dd>
    </div>
  );
}
