import { MOST_TICKS, valueScale } from '../axes/value-ticks.ts';
import type { ValueScaleOptions } from '../axes/value-ticks.ts';
import type { ChartSeries, Reference, Side } from './types.ts';

/** Places values on the vertical axis. */
export interface Projection {
  /** The positions of the lower and the upper edge. */
  readonly bottom: number;
  readonly top: number;
  readonly ticks: readonly { readonly position: number; readonly value: number }[];
  /** The position of a value. */
  readonly place: (value: number, side: Side) => number;
}

/** The upper part of a mirrored chart. Output has more to read than input, which is mostly bursts. */
const UP_SHARE = 0.6;

/** The scale that contains all values, bands, ghosts, stacks and references. */
export function project(
  series: readonly ChartSeries[],
  references: readonly Reference[],
  options: ValueScaleOptions,
): Projection {
  const isMirrored = series.some(({ side }) => side === 'down');
  const mostTicks = isMirrored ? Math.ceil(MOST_TICKS / 2) : MOST_TICKS;
  const scaleOf = (side: Side): ReturnType<typeof valueScale> =>
    valueScale(highest(series, references, side), { mostTicks, ...options });
  const up = scaleOf('up');
  if (!isMirrored)
    return {
      bottom: 0,
      top: up.top,
      ticks: up.ticks.map((value) => ({ position: value, value })),
      place: (value) => value,
    };
  const down = scaleOf('down');
  const place = (value: number, side: Side): number =>
    side === 'up' ? (value / up.top) * UP_SHARE : -(value / down.top) * (1 - UP_SHARE);
  return {
    bottom: UP_SHARE - 1,
    top: UP_SHARE,
    ticks: [
      ...down.ticks.slice(1).map((value) => ({ position: place(value, 'down'), value })),
      ...up.ticks.map((value) => ({ position: place(value, 'up'), value })),
    ].sort((a, b) => a.position - b.position),
    place,
  };
}

function highest(
  series: readonly ChartSeries[],
  references: readonly Reference[],
  side: Side,
): number {
  const here = series.filter((each) => (each.side ?? 'up') === side);
  let top = 0;
  for (const { side: of = 'up', value } of references) if (of === side) top = Math.max(top, value);
  const stacks: number[] = [];
  for (const { kind, values, band, ghost } of here) {
    for (const each of [values, band?.high ?? [], ghost?.values ?? []])
      for (const value of each) top = Math.max(top, value ?? 0);
    if (kind === 'bars')
      values.forEach((value, index) => (stacks[index] = (stacks[index] ?? 0) + (value ?? 0)));
  }
  return stacks.reduce((most, sum) => Math.max(most, sum), top);
}
