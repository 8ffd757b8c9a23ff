import { useCallback, useId, useMemo } from 'react';
import type { JSX, ReactNode } from 'react';
import type { ValueScaleOptions } from '../axes/value-ticks.ts';
import { colorOf as ownColor } from '../colors/use-colors.ts';
import { useChartGroup } from '../group/ChartGroup.tsx';
import type { TimeRange } from '../group/group-store.ts';
import { useChartKit } from '../kit.tsx';
import { useWhenIdle } from '../use-when-idle.ts';
import { useWidth } from '../use-width.ts';
import { Crosshair } from './Crosshair.tsx';
import { Drawing } from './Drawing.tsx';
import { Overlay } from './Overlay.tsx';
import { planChart } from './plan.ts';
import type { Plan } from './plan.ts';
import { Readout } from './Readout.tsx';
import { formatMoment, readingsAt } from './readings.ts';
import css from './time.module.css';
import type { ChartSeries, Reference } from './types.ts';

export interface TimeChartProps {
  /** Rising, Unix milliseconds; at most 1,200. A distance of more than 1.5 steps is drawn as a gap. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  /** The chart's name for screen readers. */
  readonly label: string;
  /** Shown in the readout once a line. The axis has it in the title of the card. */
  readonly unit: string;
  /** A figure without its unit; null is unknown. */
  readonly format: (value: number | null) => string;
  /** A label of the value axis, for values that are not decimal: bytes, durations. */
  readonly formatTick?: ((value: number) => string) | undefined;
  /** Of the plot, pixels. Legend and time axis come on top of it. */
  readonly height?: number | undefined;
  /** The length of time that a value stands for, beginning at its time; 0 for readings at a moment. */
  readonly bucketMs?: number | undefined;
  readonly scale?: ValueScaleOptions | undefined;
  readonly references?: readonly Reference[] | undefined;
  /** Stretches without metering. */
  readonly offIntervals?: readonly TimeRange[] | undefined;
  /** In a stack of charts only the lowest needs it. */
  readonly hasTimeLabels?: boolean | undefined;
  readonly hasLegend?: boolean | undefined;
  /** From `useColors` with all series of the page, so that no two look alike. */
  readonly colorOf?: ((key: string) => string) | undefined;
  /** Dims the chart while newer data is on its way. */
  readonly isStale?: boolean | undefined;
  /** Shown in place of a chart without values: one sentence, and what fills it. */
  readonly noData?: ReactNode;
}

const HEIGHT = 120;
const NONE: readonly never[] = [];
const PLAIN: ValueScaleOptions = {};

/** A chart over time within a `ChartGroup`. It is drawn again only when its props change. */
export function TimeChart(props: TimeChartProps): JSX.Element {
  const { label, offIntervals = NONE, references = NONE, hasTimeLabels = true } = props;
  const [ref, width, isFirst] = useWidth<HTMLDivElement>();
  const isIdle = useWhenIdle();
  const plan = usePlan(props, width);
  const id = useId();
  const read = useReading(props, plan);
  // Those that one must scroll to are drawn after the others.
  const isShown = width > 0 && (isFirst || isIdle);
  return (
    <div
      ref={ref}
      className={css.chart}
      style={{ height: plan.layout.height }}
      data-stale={props.isStale === true ? '' : undefined}
    >
      {isShown && (
        <div className={css.picture} aria-hidden="true">
          <Drawing
            {...{ plan, references, offIntervals, hasTimeLabels }}
            formatTick={props.formatTick}
          />
        </div>
      )}
      {plan.isEmpty && <div className={css.noData}>{props.noData}</div>}
      {isShown && !plan.isEmpty && (
        <>
          <Crosshair plan={plan} />
          <Overlay {...{ plan, id, label }} describe={read.describe} />
          <Readout {...{ plan, id, offIntervals, ...read }} unit={props.unit} />
        </>
      )}
    </div>
  );
}

function usePlan(props: TimeChartProps, width: number): Plan {
  const { times, series, references = NONE, bucketMs = 0, scale = PLAIN, height = HEIGHT } = props;
  const { hasTimeLabels = true, hasLegend = true, colorOf = ownColor } = props;
  const { range, labelRoom } = useChartGroup();
  const { locale } = useChartKit();
  return useMemo(
    () =>
      planChart({
        ...{ times, series, references, bucketMs, scale, range, width, plotHeight: height },
        ...{ hasTimeLabels, hasLegend, labelRoom, locale, colorOf },
      }),
    [
      times,
      series,
      references,
      bucketMs,
      scale,
      range,
      width,
      height,
      hasTimeLabels,
      hasLegend,
      labelRoom,
      locale,
      colorOf,
    ],
  );
}

interface Readings {
  readonly readingsAt: (index: number) => ReturnType<typeof readingsAt>;
  readonly momentAt: (index: number, at: number) => string;
  readonly describe: (index: number, at: number) => string;
}

function useReading(props: TimeChartProps, plan: Plan): Readings {
  const { times, series, format, unit } = props;
  const { locale } = useChartKit();
  const readings = useCallback(
    (index: number) => readingsAt(index, series, plan.plotted, format),
    [series, plan, format],
  );
  const momentAt = useCallback(
    (index: number, at: number) =>
      formatMoment(times[index] ?? at, plan.range, plan.stepMs, locale),
    [times, plan, locale],
  );
  const describe = useCallback(
    (index: number, at: number) =>
      [
        momentAt(index, at),
        ...readings(index).map((reading) => `${reading.label} ${reading.figure} ${unit}`),
      ].join(', '),
    [readings, momentAt, unit],
  );
  return { readingsAt: readings, momentAt, describe };
}
