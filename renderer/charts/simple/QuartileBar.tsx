import type { JSX } from 'react';
import css from './quartile-bar.module.css';

export interface QuartileBarProps {
  /** Null leaves out the mark. */
  readonly value: number | null;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  /** What it shows, with figures, for screen readers. */
  readonly label: string;
}

/** A value beside its usual range: a band from the first to the third quartile, the median, and a mark. From 0. */
export function QuartileBar({ value, p25, p50, p75, label }: QuartileBarProps): JSX.Element {
  const top = Math.max(value ?? 0, p75) * 1.1;
  const place = (each: number): string => `${top === 0 ? 0 : (each / top) * 100}%`;
  return (
    <div className={css.track} role="img" aria-label={label}>
      <span
        className={css.band}
        style={{ left: place(p25), width: `calc(${place(p75)} - ${place(p25)})` }}
      />
      <span className={css.median} style={{ left: place(p50) }} />
      {value !== null && <span className={css.value} style={{ left: place(value) }} />}
    </div>
  );
}
