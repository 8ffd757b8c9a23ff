/** Paths of marks that Recharts would draw as one element for each value. */
import { xOf, yOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { isolated } from './plotted.ts';
import type { Plotted } from './plotted.ts';

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
