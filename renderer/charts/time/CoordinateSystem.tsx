import { memo } from 'react';
import type { JSX, ReactNode } from 'react';
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts';
import { LABEL_SIZE } from '../text.ts';
import { VALUE_AXIS_WIDTH } from './layout.ts';

export interface ValueTick {
  readonly position: number;
  readonly text: string;
}

/** All sizes are plain values, because every new plan has new objects. Pixels. */
export interface CoordinateSystemProps {
  readonly width: number;
  readonly height: number;
  readonly plotLeft: number;
  readonly plotTop: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  /** The positions at the lower and the upper edge. */
  readonly bottom: number;
  readonly top: number;
  readonly ticks: readonly ValueTick[];
  /** Between the grid and the axes. Both must be constant elements. */
  readonly below: ReactNode;
  /** On top of the axes. */
  readonly above: ReactNode;
}

/** Everything inline in the order of the elements: a layer of its own for each of them costs Recharts another pass. */
const INLINE = { zIndex: 0 };
/** Time is placed by the plan; Recharts' axis is only a line. */
const WHOLE_WIDTH = [0, 1];

/** Surface, grid and axes. It takes no data, so it stays as it is while lines move. */
export const CoordinateSystem = memo(function CoordinateSystem(
  props: CoordinateSystemProps,
): JSX.Element {
  const { width, height, plotLeft, plotTop, plotWidth, plotHeight, below, above } = props;
  return (
    <ComposedChart
      width={width}
      height={height}
      margin={{
        ...{ top: plotTop, left: 0 },
        right: width - plotLeft - plotWidth,
        bottom: height - plotTop - plotHeight,
      }}
      accessibilityLayer={false}
    >
      <CartesianGrid {...INLINE} vertical={false} stroke="var(--rule)" />
      {below}
      {axes(props)}
      {above}
    </ComposedChart>
  );
}, isSame);

function axes({ bottom, top, ticks }: CoordinateSystemProps): JSX.Element {
  const positions = ticks.map(({ position }) => position);
  return (
    <>
      <XAxis
        {...INLINE}
        type="number"
        domain={WHOLE_WIDTH}
        allowDataOverflow
        height={0}
        tick={false}
        tickLine={false}
        axisLine={{ stroke: 'var(--rule-strong)' }}
      />
      <YAxis
        {...INLINE}
        width={VALUE_AXIS_WIDTH}
        domain={[bottom, top]}
        allowDataOverflow
        ticks={ticks.length === 0 ? [bottom] : positions}
        interval={0}
        tick={({ index, x, y }: Place) => (
          <TickText text={ticks[index]?.text ?? ''} {...{ x, y }} />
        )}
        tickLine={false}
        axisLine={false}
      />
    </>
  );
}

interface Place {
  readonly index: number;
  readonly x: number | string;
  readonly y: number | string;
}

/** Recharts' own text is measured in the page, which lays the page out. */
function TickText({ text, x, y }: Pick<Place, 'x' | 'y'> & { readonly text: string }): JSX.Element {
  return (
    <text {...{ x, y }} dy="0.355em" textAnchor="end" fill="var(--ink-faint)" fontSize={LABEL_SIZE}>
      {text}
    </text>
  );
}

function isSame(before: CoordinateSystemProps, after: CoordinateSystemProps): boolean {
  const { ticks: had, ...sizesBefore } = before;
  const { ticks: has, ...sizes } = after;
  const isSameSize = Object.entries(sizes).every(
    ([name, value]) => Reflect.get(sizesBefore, name) === value,
  );
  return (
    isSameSize &&
    had.length === has.length &&
    had.every(({ position, text }, n) => position === has[n]?.position && text === has[n].text)
  );
}
