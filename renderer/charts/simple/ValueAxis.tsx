import type { JSX } from 'react';
import { MOST_TICKS } from '../axes/value-ticks.ts';
import { Label } from '../Label.tsx';

/** Grid lines with figures at the left. */
export function ValueAxis({
  ticks,
  left,
  right,
  yOf,
  format,
}: {
  readonly ticks: readonly number[];
  /** Of the plot. */
  readonly left: number;
  readonly right: number;
  readonly yOf: (value: number) => number;
  readonly format: (value: number) => string;
}): JSX.Element {
  return (
    <>
      {ticks.map((value) => {
        const y = Math.round(yOf(value)) + 0.5;
        return (
          <g key={value}>
            <path
              d={`M${left} ${y}H${right}`}
              stroke={value === 0 ? 'var(--rule-strong)' : 'var(--rule)'}
            />
            <Label x={left - 8} y={y} anchor="end" text={format(value)} />
          </g>
        );
      })}
    </>
  );
}

/** Figures below a horizontal axis of values; the last one names the unit. */
export function BaseAxis({
  ticks,
  y,
  xOf,
  format,
  unit,
}: {
  readonly ticks: readonly number[];
  readonly y: number;
  readonly xOf: (value: number) => number;
  readonly format: (value: number) => string;
  readonly unit: string;
}): JSX.Element {
  return (
    <>
      {ticks.map((value, index) => {
        const isLast = index === ticks.length - 1;
        const x = xOf(value);
        return (
          <g key={value}>
            <path d={`M${x} ${y}v4`} stroke="var(--rule-strong)" />
            <Label
              x={x}
              y={y + 12}
              anchor={isLast ? 'end' : 'middle'}
              text={isLast && unit !== '' ? `${format(value)} ${unit}` : format(value)}
            />
          </g>
        );
      })}
    </>
  );
}

/** For a figure with its unit, pixels. */
const TICK_ROOM = 85;

/** How many ticks have room in a chart of a width. */
export function ticksFor(width: number): number {
  return Math.max(2, Math.min(MOST_TICKS, Math.floor(width / TICK_ROOM)));
}
