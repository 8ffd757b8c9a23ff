import { useMemo, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { valueScale } from '../axes/value-ticks.ts';
import { MOST_POINTS } from '../time/types.ts';
import { useWidth } from '../use-width.ts';
import { Callout } from './Callout.tsx';
import { Frame } from './Frame.tsx';
import { IndexSlider } from './IndexSlider.tsx';
import { linePath } from './Sparkline.tsx';
import { BaseAxis, ValueAxis, ticksFor } from './ValueAxis.tsx';

export interface ScatterPoint {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export interface ScatterChartProps {
  /** At most 1,200. */
  readonly points: readonly ScatterPoint[];
  /** The median of `y` along `x`, rising in `x`. */
  readonly median?: readonly { readonly x: number; readonly y: number }[] | undefined;
  /** Name for screen readers. */
  readonly label: string;
  readonly xUnit: string;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  /** A point in lines of words, the main one first. */
  readonly describe: (point: ScatterPoint) => readonly string[];
  readonly onOpen?: ((id: string) => void) | undefined;
  readonly color?: string | undefined;
  /** Of the plot, pixels. */
  readonly height?: number | undefined;
  readonly noData?: ReactNode;
}

const LEFT = 46;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 20;
const RADIUS = 2;
/** The pointer finds a point within this distance, pixels. */
const REACH = 16;
const NONE: readonly never[] = [];

/** One dot for each exchange and the median as a line. All dots are one path. */
export function ScatterChart(props: ScatterChartProps): JSX.Element {
  const { height = 180, onOpen, label } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const [index, setIndex] = useState<number | null>(null);
  // From left to right, so that the arrow keys go along the axis.
  const points = useMemo(() => [...props.points].sort((a, b) => a.x - b.x), [props.points]);
  const scale = useScale(points, width, height);
  const { xOf, yOf } = scale;
  const point = index === null ? undefined : points[index];
  return (
    <Frame
      {...{ frame, width, noData: props.noData, height: TOP + height + BOTTOM }}
      isEmpty={points.length === 0}
      picture={<Picture {...props} {...{ points, scale, width, height, point }} />}
    >
      <IndexSlider
        {...{ label, count: points.length, index, onIndex: setIndex }}
        indexAt={(x, y) => nearest(points, x + LEFT, y + TOP, xOf, yOf)}
        describe={(each) => wordsAt(props, points[each]).join(', ')}
        box={{ left: LEFT, top: TOP, width: width - LEFT - RIGHT, height }}
        onOpen={onOpen && ((each) => open(onOpen, points[each]))}
      />
      {point !== undefined && (
        <Callout {...{ x: xOf(point.x), y: yOf(point.y), width }} lines={props.describe(point)} />
      )}
    </Frame>
  );
}

type PictureProps = ScatterChartProps & {
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
  readonly point: ScatterPoint | undefined;
};

function Picture(props: PictureProps): JSX.Element {
  const { points, median = NONE, point, color = 'var(--output)', scale, width, height } = props;
  const { xOf, yOf } = scale;
  const dots = useMemo(() => dotsPath(points, xOf, yOf), [points, xOf, yOf]);
  const line = linePath(
    median.map(({ y }) => y),
    (each) => xOf(median[each]?.x ?? 0),
    yOf,
  );
  return (
    <>
      <ValueAxis
        {...{ left: LEFT, right: width - RIGHT, yOf, ticks: scale.yTicks }}
        format={props.formatY}
      />
      <BaseAxis
        {...{ y: TOP + height, xOf, unit: props.xUnit, ticks: scale.xTicks }}
        format={props.formatX}
      />
      <path d={dots} fill={color} fillOpacity={0.35} />
      <path d={line} fill="none" stroke="var(--ink)" strokeWidth={1.5} />
      {point !== undefined && <circle cx={xOf(point.x)} cy={yOf(point.y)} r={4} fill={color} />}
    </>
  );
}

function wordsAt(
  { describe }: ScatterChartProps,
  point: ScatterPoint | undefined,
): readonly string[] {
  return point === undefined ? [] : describe(point);
}

function open(onOpen: (id: string) => void, point: ScatterPoint | undefined): void {
  if (point !== undefined) onOpen(point.id);
}

interface Scale {
  readonly xOf: (value: number) => number;
  readonly yOf: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** @throws RangeError for more than `MOST_POINTS` */
function useScale(points: readonly ScatterPoint[], width: number, height: number): Scale {
  return useMemo(() => {
    if (points.length > MOST_POINTS)
      throw new RangeError(`${points.length} points; thin them to ${MOST_POINTS} before drawing`);
    const xs = valueScale(
      points.reduce((top, { x }) => Math.max(top, x), 0),
      { mostTicks: ticksFor(width) },
    );
    const ys = valueScale(points.reduce((top, { y }) => Math.max(top, y), 0));
    return {
      xOf: (value) => LEFT + (value / xs.top) * (width - LEFT - RIGHT),
      yOf: (value) => TOP + (1 - value / ys.top) * height,
      xTicks: xs.ticks,
      yTicks: ys.ticks,
    };
  }, [points, width, height]);
}

type Place = (value: number) => number;

function dotsPath(points: readonly ScatterPoint[], xOf: Place, yOf: Place): string {
  const arc = `a${RADIUS} ${RADIUS} 0 1 0`;
  return points
    .map(({ x, y }) => {
      const start = `M${(xOf(x) - RADIUS).toFixed(1)} ${yOf(y).toFixed(1)}`;
      return `${start}${arc} ${2 * RADIUS} 0${arc} ${-2 * RADIUS} 0`;
    })
    .join('');
}

function nearest(
  points: readonly ScatterPoint[],
  x: number,
  y: number,
  xOf: Place,
  yOf: Place,
): number | null {
  let found: number | null = null;
  let closest = REACH;
  points.forEach((point, index) => {
    const distance = Math.hypot(xOf(point.x) - x, yOf(point.y) - y);
    if (distance >= closest) return;
    closest = distance;
    found = index;
  });
  return found;
}
