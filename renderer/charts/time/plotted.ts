import { usualStep } from '../axes/nearest.ts';
import type { Projection } from './projection.ts';
import type { ChartSeries, Side, Values } from './types.ts';

/** A series with positions on the vertical axis in place of values. */
export interface Plotted {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  readonly kind: 'line' | 'area' | 'bars';
  readonly line: Values;
  /** The lower edges of areas and stacked bars. */
  readonly base: Values;
  readonly band: readonly (readonly [number, number] | null)[] | null;
  readonly ghost: Values | null;
  /** Where the label at its end belongs: the last known position. */
  readonly end: number | null;
  /** Whether the last value is known, so that a line leads to the label. */
  readonly isOpen: boolean;
}

/** The rows that Recharts draws. The row of a gap has the index -1, for which no series has a value. */
export interface Row {
  readonly at: number;
  readonly index: number;
}

/** A distance of more than this many steps is missing time. */
const GAP_STEPS = 1.5;

/** A row for each time, and one in every stretch of missing time so that lines break there. */
export function rowsOf(times: readonly number[], stepMs = usualStep(times)): Row[] {
  return times.flatMap((at, index) => {
    const before = times[index - 1];
    const isGap = before !== undefined && at - before > stepMs * GAP_STEPS;
    return isGap
      ? [
          { at: (before + at) / 2, index: -1 },
          { at, index },
        ]
      : [{ at, index }];
  });
}

export function plot(
  series: readonly ChartSeries[],
  { place }: Projection,
  colorOf: (key: string) => string,
): Plotted[] {
  const stacks = { up: [] as number[], down: [] as number[] };
  return series.map((each): Plotted => {
    const { key, label, kind = 'line', side = 'up', values, band, ghost } = each;
    const base = kind === 'bars' ? raise(stacks[side], values) : values.map(() => 0);
    const placed = (value: number | null): number | null =>
      value === null ? null : place(value, side);
    const line = values.map((value, index) =>
      placed(value === null ? null : value + (base[index] ?? 0)),
    );
    const last = line.findLastIndex((value) => value !== null);
    return {
      ...{ key, label, kind, line },
      color: each.color ?? colorOf(key),
      base: base.map(placed),
      band: band === undefined ? null : spans(band.low, band.high, place, side),
      ghost: ghost === undefined ? null : ghost.values.map(placed),
      end:
        last < 0
          ? null
          : middle(line[last] ?? 0, kind === 'bars' ? place(base[last] ?? 0, side) : null),
      isOpen: last >= 0 && last === line.length - 1,
    };
  });
}

/** The stack's height below each value; raises the stack by the values. */
function raise(stack: number[], values: Values): number[] {
  return values.map((value, index) => {
    const below = stack[index] ?? 0;
    stack[index] = below + (value ?? 0);
    return below;
  });
}

function spans(
  low: Values,
  high: Values,
  place: Projection['place'],
  side: Side,
): (readonly [number, number] | null)[] {
  return low.map((from, index) => {
    const to = high[index] ?? null;
    return from === null || to === null ? null : [place(from, side), place(to, side)];
  });
}

function middle(top: number, base: number | null): number {
  return base === null ? top : (top + base) / 2;
}

/** Known values between unknown ones, which a line does not show. */
export function isolated(rows: readonly Row[], line: Values): Row[] {
  const isKnown = (row: Row | undefined): boolean =>
    row !== undefined && row.index >= 0 && (line[row.index] ?? null) !== null;
  return rows.filter(
    (row, index) => isKnown(row) && !isKnown(rows[index - 1]) && !isKnown(rows[index + 1]),
  );
}
