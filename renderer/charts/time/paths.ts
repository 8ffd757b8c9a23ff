/** Paths of marks that Recharts would draw as one element for each value. */
import { xOf, yOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { isolated } from './plotted.ts';
import type { Plotted } from './plotted.ts';
import type { Values } from './types.ts';

const DOT = 1.5;
/** Bars wider than this are set apart by a pixel. */
const LEAST_FOR_SPACE = 4;

/** All bars of a series in one path. */
export function barsPath(plan: Plan, { line, base }: Plotted): string {
  const { moments, stepMs, range, layout } = plan;
  const whole = (stepMs / (range.to - range.from)) * layout.plot.width;
  const wide = Math.max(1, whole > LEAST_FOR_SPACE ? whole - 1 : whole);
  const right = layout.plot.left + layout.plot.width;
  return moments
    .map((at, index) => {
      const from = base[index] ?? null;
      const to = line[index] ?? null;
      if (from === null || to === null || from === to) return '';
      const middle = xOf(plan, at);
      const x1 = Math.max(layout.plot.left, middle - wide / 2);
      const x2 = Math.min(right, middle + wide / 2);
      return x2 > x1 ? box(x1, x2, yOf(plan, from), yOf(plan, to)) : '';
    })
    .join('');
}

function box(x1: number, x2: number, y1: number, y2: number): string {
  return `M${px(x1)} ${px(y1)}V${px(y2)}H${px(x2)}V${px(y1)}Z`;
}

/** A line through all values that are known, in one path; it breaks at gaps. */
export function linePath(plan: Plan, values: Values): string {
  return stretches(plan, values).map(lineOf).join('');
}

/** The area between a line and position 0. */
export function areaPath(plan: Plan, values: Values): string {
  const floor = px(yOf(plan, 0));
  return stretches(plan, values)
    .map((points) => `${lineOf(points)}V${floor}H${px(points[0]?.x ?? 0)}Z`)
    .join('');
}

/** The area between the lower and the upper edge of a band. */
export function bandPath(plan: Plan, band: NonNullable<Plotted['band']>): string {
  const edge = (side: 0 | 1): Point[][] =>
    stretches(
      plan,
      band.map((span) => span?.[side] ?? null),
    );
  const lower = edge(0);
  return edge(1)
    .map((upper, index) => {
      const back = (lower[index] ?? []).toReversed().map(({ x, y }) => `L${px(x)} ${px(y)}`);
      return `${lineOf(upper)}${back.join('')}Z`;
    })
    .join('');
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The places of the known values, in stretches without a gap. */
function stretches(plan: Plan, values: Values): Point[][] {
  const found: Point[][] = [];
  let isOpen = false;
  for (const { at, index } of plan.rows) {
    const value = index < 0 ? null : (values[index] ?? null);
    if (value === null) {
      isOpen = false;
      continue;
    }
    if (!isOpen) found.push([]);
    isOpen = true;
    found.at(-1)?.push({ x: xOf(plan, at), y: yOf(plan, value) });
  }
  return found;
}

function lineOf(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
}

/** Dots for known values between gaps, which have no line. */
export function dotsPath(plan: Plan, { line }: Plotted): string {
  return isolated(plan.rows, line)
    .map(({ at, index }) => {
      const x = xOf(plan, at);
      const y = yOf(plan, line[index] ?? 0);
      const arc = `a${DOT} ${DOT} 0 1 0`;
      return `M${px(x - DOT)} ${px(y)}${arc} ${2 * DOT} 0${arc} ${-2 * DOT} 0`;
    })
    .join('');
}

function px(value: number): string {
  return value.toFixed(1);
}
