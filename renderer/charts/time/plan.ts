import { nearestIndex, usualStep } from '../axes/nearest.ts';
import { dayBoundaries, timeTicks } from '../axes/time-ticks.ts';
import type { TimeTick } from '../axes/time-ticks.ts';
import type { ValueScaleOptions } from '../axes/value-ticks.ts';
import type { TimeRange } from '../group/group-store.ts';
import { layOut } from './layout.ts';
import type { Layout } from './layout.ts';
import { plot, rowsOf } from './plotted.ts';
import type { Plotted, Row } from './plotted.ts';
import { project } from './projection.ts';
import type { Projection } from './projection.ts';
import { checkSeries } from './types.ts';
import type { ChartSeries, Reference } from './types.ts';

export interface PlanInput {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly references: readonly Reference[];
  readonly bucketMs: number;
  readonly scale: ValueScaleOptions;
  readonly range: TimeRange;
  readonly width: number;
  readonly plotHeight: number;
  readonly hasTimeLabels: boolean;
  readonly hasLegend: boolean;
  /** See `ChartGroupProps`. */
  readonly labelRoom: number | undefined;
  readonly locale: string;
  readonly colorOf: (key: string) => string;
}

/** All that is drawn of a time chart, in positions. */
export interface Plan {
  readonly layout: Layout;
  readonly range: TimeRange;
  readonly projection: Projection;
  readonly rows: readonly Row[];
  readonly plotted: readonly Plotted[];
  readonly timeTicks: readonly TimeTick[];
  readonly days: readonly number[];
  /** Where each value stands: the middle of its bucket. */
  readonly moments: readonly number[];
  readonly stepMs: number;
  readonly isEmpty: boolean;
  readonly locale: string;
}

/** Room for a label of the time axis, pixels. */
const TICK_ROOM = 76;

export function planChart(input: PlanInput): Plan {
  const { times, series, references, bucketMs, range, width, plotHeight, locale } = input;
  checkSeries(times, series);
  const layout = layOut({
    ...{ width, plotHeight, names: series },
    ...{
      hasTimeLabels: input.hasTimeLabels,
      hasLegend: input.hasLegend,
      labelRoom: input.labelRoom,
    },
  });
  const moments = bucketMs === 0 ? times : times.map((at) => at + bucketMs / 2);
  const stepMs = bucketMs === 0 ? usualStep(times) : bucketMs;
  const projection = project(series, references, input.scale);
  const most = Math.max(1, Math.min(5, Math.floor(layout.plot.width / TICK_ROOM)));
  return {
    ...{ layout, range, projection, moments, stepMs, locale },
    rows: rowsOf(moments, stepMs),
    plotted: plot(series, projection, input.colorOf),
    timeTicks: timeTicks(range.from, range.to, { locale, most }),
    days: dayBoundaries(range.from, range.to),
    isEmpty: series.every(({ values }) => values.every((value) => value === null)),
  };
}

/** Pixels from the left of the chart. */
export function xOf({ layout: { plot: box }, range }: Plan, at: number): number {
  return box.left + ((at - range.from) / (range.to - range.from)) * box.width;
}

/** Pixels from the top of the chart. */
export function yOf({ layout: { plot: box }, projection }: Plan, position: number): number {
  const share = (position - projection.bottom) / (projection.top - projection.bottom);
  return box.top + (1 - share) * box.height;
}

/** The index of the values at a time; -1 in a gap. */
export function indexAt({ moments, stepMs }: Plan, at: number): number {
  const index = nearestIndex(moments, at);
  const distance = Math.abs((moments[index] ?? Number.POSITIVE_INFINITY) - at);
  return distance <= stepMs ? index : -1;
}
