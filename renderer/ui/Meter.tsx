import type { JSX } from 'react';
import { foreignText } from '../../shared/foreign-name.ts';
import css from './Meter.module.css';

/** A bar for a percentage. `text` is its description for screen readers. */
export function Meter({
  label,
  percent,
  text,
  tone = 'plain',
}: {
  readonly label: string;
  readonly percent: number;
  readonly text: string;
  readonly tone?: 'plain' | 'warn';
}): JSX.Element {
  const shown = Math.min(100, Math.max(0, percent));
  return (
    <div
      role="meter"
      aria-label={foreignText(label)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shown)}
      aria-valuetext={text}
      className={css.track}
    >
      <div className={`${css.fill ?? ''} ${css[tone] ?? ''}`} style={{ width: `${shown}%` }} />
    </div>
  );
}
