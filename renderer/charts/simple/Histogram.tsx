import { useMemo, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { spread } from '../axes/spread.ts';
import { logTicks, valueScale } from '../axes/value-ticks.ts';
import { Label } from '../Label.tsx';
import { textWidth } from '../text.ts';
import { useWidth } from '../use-width.ts';
import { Callout } from './Callout.tsx';
import { Frame } from './Frame.tsx';
import { IndexSlider } from './IndexSlider.tsx';
import { BaseAxis, ValueAxis, ticksFor } from './ValueAxis.tsx';

export interface HistogramBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface HistogramMark {
  readonly value: number;
  /** Such as `p50 41 tok/s`. */
  readonly label: string;
  readonly kind: 'percentile' | 'target';
}

export interface HistogramProps {
  /** Rising and adjacent. */
  readonly bins: readonly HistogramBin[];
  readonly marks?: readonly HistogramMark[] | undefined;
  /** Name for screen readers. */
  readonly label: string;
  readonly unit: string;
  /** A value of the horizontal axis without its unit. */
  readonly format: (value: number) => string;
  readonly formatCount: (count: number) => string;
  /** A bin in words: `40–42 tok/s: 31 requests`. */
  readonly describe: (bin: HistogramBin) => string;
  readonly color?: string | undefined;
  /** Of the plot, pixels. */
  readonly height?: number | undefined;
  /** For bins whose width grows with their value: all are drawn equally wide. They begin above 0. */
  readonly isLogarithmic?: boolean | undefined;
  readonly noData?: ReactNode;
}

const LEFT = 46;
const RIGHT = 8;
const BOTTOM = 20;
const MARK_ROOM = 18;
const NONE: readonly never[] = [];

/** How often values lie in each bin, with percentiles and a target. */
export function Histogram(props: HistogramProps): JSX.Element {
  const { bins, height = 110, label, describe, isLogarithmic = false } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const [index, setIndex] = useState<number | null>(null);
  const scale = useScale(bins, width, height, isLogarithmic);
  const { xOf, yOf, base } = scale;
  const bin = index === null ? undefined : bins[index];
  const indexAt = (x: number): number | null => {
    const found = bins.findIndex(({ to }) => xOf(to) >= x + LEFT);
    return found < 0 ? null : found;
  };
  return (
    <Frame
      {...{ frame, width, noData: props.noData, height: base + BOTTOM }}
      isEmpty={bins.every(({ count }) => count === 0)}
      picture={<Picture {...props} {...{ scale, width, bin }} />}
    >
      <IndexSlider
        {...{ label, count: bins.length, index, onIndex: setIndex, indexAt }}
        describe={(each) => describeAt(props, each)}
        box={{ left: LEFT, top: MARK_ROOM, width: width - LEFT - RIGHT, height }}
      />
      {bin !== undefined && (
        <Callout
          {...{ x: (xOf(bin.from) + xOf(bin.to)) / 2, y: yOf(bin.count), width }}
          lines={[describe(bin)]}
        />
      )}
    </Frame>
  );
}

function Picture(
  props: HistogramProps & { scale: Scale; width: number; bin: HistogramBin | undefined },
): JSX.Element {
  const { bins, bin, marks = NONE, format, unit, color = 'var(--output)', scale, width } = props;
  const { xOf, yOf, base } = scale;
  return (
    <>
      <ValueAxis
        {...{ left: LEFT, right: width - RIGHT, yOf, ticks: scale.counts }}
        format={props.formatCount}
      />
      <path d={barsPath(bins, xOf, yOf)} fill={color} fillOpacity={0.8} />
      {bin !== undefined && <path d={barsPath([bin], xOf, yOf)} fill={color} />}
      <BaseAxis {...{ y: base, xOf, format, unit, ticks: scale.values }} />
      <Marks {...{ marks, xOf, base, width }} />
    </>
  );
}

interface Scale {
  readonly xOf: (value: number) => number;
  readonly yOf: (count: number) => number;
  readonly values: readonly number[];
  readonly counts: readonly number[];
  /** The vertical place of zero. */
  readonly base: number;
}

function describeAt({ bins, describe }: HistogramProps, index: number): string {
  const bin = bins[index];
  return bin === undefined ? '' : describe(bin);
}

function useScale(
  bins: readonly HistogramBin[],
  width: number,
  height: number,
  isLogarithmic: boolean,
): Scale {
  return useMemo(() => {
    const low = bins[0]?.from ?? 0;
    const high = Math.max(low + Number.EPSILON, bins.at(-1)?.to ?? 1);
    const most = bins.reduce((top, { count }) => Math.max(top, count), 0);
    const counts = valueScale(most, { wholeNumbers: true, mostTicks: 4 });
    const base = MARK_ROOM + height;
    const along = isLogarithmic ? Math.log : (value: number) => value;
    const ticks = isLogarithmic
      ? logTicks(low, high, ticksFor(width))
      : valueScale(high, { mostTicks: ticksFor(width) }).ticks;
    const share = (value: number): number =>
      (along(value) - along(low)) / (along(high) - along(low));
    return {
      base,
      xOf: (value) => LEFT + share(value) * (width - LEFT - RIGHT),
      yOf: (count) => base - (count / counts.top) * height,
      values: ticks.filter((value) => value >= low && value <= high),
      counts: counts.ticks,
    };
  }, [bins, width, height, isLogarithmic]);
}

function barsPath(
  bins: readonly HistogramBin[],
  xOf: (value: number) => number,
  yOf: (count: number) => number,
): string {
  const px = (value: number): string => value.toFixed(1);
  return bins
    .filter(({ count }) => count > 0)
    .map(({ from, to, count }) => {
      const left = xOf(from);
      const right = Math.max(left + 1, xOf(to) - 1);
      return `M${px(left)} ${px(yOf(0))}V${px(yOf(count))}H${px(right)}V${px(yOf(0))}Z`;
    })
    .join('');
}

interface MarksProps {
  readonly marks: readonly HistogramMark[];
  readonly xOf: (value: number) => number;
  readonly base: number;
  readonly width: number;
}

function Marks({ marks, xOf, base, width }: MarksProps): JSX.Element {
  const gap = Math.max(0, ...marks.map(({ label }) => textWidth(label))) + 10;
  const places = spread(
    marks.map(({ value }) => xOf(value)),
    gap,
    LEFT + gap / 2 - 5,
    width - gap / 2,
  );
  return (
    <>
      {marks.map(({ value, label, kind }, index) => {
        const x = Math.min(width - RIGHT, Math.max(LEFT, xOf(value)));
        const at = places[index] ?? x;
        return (
          <g key={label}>
            <path
              d={`M${at} 13L${x} ${MARK_ROOM + 2}V${base}`}
              fill="none"
              {...(kind === 'target'
                ? { stroke: 'var(--warn)', strokeDasharray: '4 3' }
                : { stroke: 'var(--ink)' })}
            />
            <Label x={at} y={6} anchor="middle" text={label} strong />
          </g>
        );
      })}
    </>
  );
}
