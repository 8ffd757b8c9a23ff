import type { JSX } from 'react';
import { foreignText } from '../../../shared/foreign-name.ts';
import css from './simple.module.css';

export interface SparklineProps {
  /** Null is a gap. */
  readonly values: readonly (number | null)[];
  /** What it shows, for screen readers; without it the picture is decoration beside a figure. */
  readonly label?: string | undefined;
  readonly color?: string | undefined;
  /** Pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** The value at the upper edge; the highest value by default. The lower edge is 0. */
  readonly top?: number | undefined;
}

const INSET = 2;
const END_RADIUS = 1.75;

/** A line without axes, as wide as a word. A dot marks the last value. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const { values, label, color = 'var(--output)', width = 96, height = 20 } = props;
  const top = props.top ?? values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const x = (index: number): number =>
    INSET + (values.length < 2 ? 1 : index / (values.length - 1)) * (width - 2 * INSET);
  const y = (value: number): number =>
    height - INSET - (top === 0 ? 0 : Math.min(1, value / top)) * (height - 2 * INSET);
  const last = values.at(-1) ?? null;
  return (
    <svg
      className={css.sparkline}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      {...(label === undefined
        ? { 'aria-hidden': true }
        : { role: 'img', 'aria-label': foreignText(label) })}
    >
      <path d={linePath(values, x, y)} fill="none" stroke={color} strokeWidth={1.25} />
      {last !== null && (
        <circle cx={x(values.length - 1)} cy={y(last)} r={END_RADIUS} fill={color} />
      )}
    </svg>
  );
}

/** A line that breaks at null. A known value alone between unknown ones becomes a short dash. */
export function linePath(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  return values
    .map((value, index) => {
      if (value === null) return '';
      const place = `${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      if ((values[index - 1] ?? null) !== null) return `L${place}`;
      return (values[index + 1] ?? null) === null ? `M${place}h1` : `M${place}`;
    })
    .join('');
}
