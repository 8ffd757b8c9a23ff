import { useMemo } from 'react';
import type { JSX } from 'react';
import {
  Area,
  AreaChart,
  CartesianGrid,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatCount, formatSpan } from '../../shared/format.ts';
import css from './charts.module.css';
import { ChartTooltip } from './ChartTooltip.tsx';
import type { ChartConfig, SeriesStyle } from './config.ts';
import type { Point } from './point.ts';
import { timeTicks, valueScale } from './scale.ts';

export interface StripChartProps<Key extends string> {
  readonly config: ChartConfig<Key>;
  /** The series drawn here. */
  readonly series: Key;
  readonly points: readonly Point<Key>[];
  /** The time at the right edge, Unix milliseconds. */
  readonly endAt: number;
  readonly spanMs: number;
  readonly unit: string;
  /** Pixels. */
  readonly height: number;
  /** The chart's description for screen readers. */
  readonly summary: string;
  /** Charts of one group share their pointer position. */
  readonly group: string;
  /** Shows the readings of all series at the pointer; one chart of a group is enough. */
  readonly readout: boolean;
  /** Labels on the time axis. In a stack, only the lowest chart needs them. */
  readonly timeLabels: boolean;
}

const VALUE_AXIS_WIDTH = 48;
const TIME_AXIS_HEIGHT = 20;
const MARGIN = { top: 6, right: 1, bottom: 0, left: 0 };
/** Pixels for the lower half of the zero label if there are no time labels. */
const BARE_AXIS_HEIGHT = 7;
const TICK_STYLE = { fill: 'var(--ink-faint)', fontSize: 11 };

/**
 * A strip chart with the newest reading at the right edge. It is not animated and takes no keyboard
 * focus; its summary tells a screen reader what it shows.
 */
export function StripChart<Key extends string>(props: StripChartProps<Key>): JSX.Element {
  const { series, points, height, timeLabels } = props;
  const scale = useMemo(
    () => valueScale(points.reduce((top, point) => Math.max(top, point.values[series]), 0)),
    [points, series],
  );
  return (
    <div
      role="img"
      aria-label={props.summary}
      className={css.chart}
      style={{ height: height + (timeLabels ? TIME_AXIS_HEIGHT : 0) }}
    >
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 1, height: 1 }}>
        <AreaChart data={points} margin={MARGIN} syncId={props.group} accessibilityLayer={false}>
          {drawing(props, scale)}
        </AreaChart>
      </ResponsiveContainer>
    </div>
  );
}

/** The parts of the chart. They are elements: Recharts looks for its parts among the chart's children. */
function drawing<Key extends string>(
  props: StripChartProps<Key>,
  scale: ReturnType<typeof valueScale>,
): JSX.Element {
  const { config, series, endAt, unit, readout } = props;
  return (
    <>
      <CartesianGrid vertical={false} stroke="var(--rule)" />
      {axes(props, scale)}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--ink-faint)', strokeWidth: 1 }}
        content={({ active, payload }) => (
          <ChartTooltip<Key>
            point={active && readout ? (payload[0]?.payload as Point<Key> | undefined) : undefined}
            endAt={endAt}
            config={config}
            unit={unit}
          />
        )}
      />
      {area(config[series], series)}
    </>
  );
}

function axes<Key extends string>(
  { spanMs, timeLabels }: StripChartProps<Key>,
  scale: ReturnType<typeof valueScale>,
): JSX.Element {
  return (
    <>
      <XAxis
        dataKey="offsetMs"
        type="number"
        domain={[-spanMs, 0]}
        ticks={timeTicks(spanMs)}
        interval={0}
        height={timeLabels ? TIME_AXIS_HEIGHT : BARE_AXIS_HEIGHT}
        tick={timeLabels ? <TimeTick /> : false}
        tickLine={false}
        axisLine={{ stroke: 'var(--rule-strong)' }}
      />
      <YAxis
        width={VALUE_AXIS_WIDTH}
        domain={[0, scale.top]}
        ticks={scale.ticks}
        interval={0}
        tick={TICK_STYLE}
        tickFormatter={(value: number) => formatCount(value)}
        tickLine={false}
        axisLine={false}
      />
    </>
  );
}

function area({ color, label }: SeriesStyle, series: string): JSX.Element {
  return (
    <Area
      dataKey={(point: Point<string>) => point.values[series]}
      name={label}
      type="linear"
      stroke={color}
      strokeWidth={1.5}
      fill={color}
      fillOpacity={0.1}
      activeDot={{ r: 3, fill: color, stroke: 'var(--surface)', strokeWidth: 1.5 }}
      isAnimationActive={false}
    />
  );
}

/** A label under the time axis; those at the edges stay inside the chart. */
function TimeTick({
  x = 0,
  y = 0,
  payload,
}: {
  readonly x?: number;
  readonly y?: number;
  readonly payload?: { readonly value: number; readonly offset?: number };
}): JSX.Element | null {
  if (payload === undefined) return null;
  const now = payload.value === 0;
  return (
    <text x={x} y={y} dy={10} {...TICK_STYLE} textAnchor={now ? 'end' : 'middle'}>
      {now ? 'now' : `−${formatSpan(-payload.value)}`}
    </text>
  );
}
