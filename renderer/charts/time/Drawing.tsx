import { memo } from 'react';
import type { JSX } from 'react';
import { CartesianGrid, ComposedChart, Line, XAxis, YAxis } from 'recharts';
import { tickFormatter } from '../axes/value-ticks.ts';
import type { TimeRange } from '../group/group-store.ts';
import { LABEL_SIZE } from '../text.ts';
import { Backdrop, EndLabels, LegendRows, References, TimeLabels } from './Furniture.tsx';
import { VALUE_AXIS_WIDTH } from './layout.ts';
import { Marks } from './Marks.tsx';
import type { Plan } from './plan.ts';
import type { Reference } from './types.ts';

const TICK = { fill: 'var(--ink-faint)', fontSize: LABEL_SIZE };

export interface DrawingProps {
  readonly plan: Plan;
  readonly references: readonly Reference[];
  readonly offIntervals: readonly TimeRange[];
  readonly hasTimeLabels: boolean;
  readonly formatTick: ((value: number) => string) | undefined;
}

/** The picture. It is drawn again only for new data, a new range or a new width. */
export const Drawing = memo(function Drawing(props: DrawingProps): JSX.Element {
  const { plan, references, offIntervals, hasTimeLabels } = props;
  const { layout, rows } = plan;
  const { plot, width, height } = layout;
  return (
    <ComposedChart
      width={width}
      height={height}
      data={rows}
      margin={{
        ...{ top: plot.top, left: 0 },
        right: width - plot.left - plot.width,
        bottom: height - plot.top - plot.height,
      }}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--rule)" />
      {axes(props)}
      <Backdrop plan={plan} offIntervals={offIntervals} />
      <Anchor at={plan.projection.bottom} />
      <Marks plan={plan} />
      <References plan={plan} references={references} />
      {hasTimeLabels && <TimeLabels plan={plan} />}
      {layout.legend === 'ends' && <EndLabels plan={plan} />}
      {layout.legend === 'rows' && <LegendRows plan={plan} />}
    </ComposedChart>
  );
});

/** Recharts draws axes and reference areas only in a chart that has a line with values. */
function Anchor({ at }: { readonly at: number }): JSX.Element {
  return (
    <Line
      dataKey={() => at}
      stroke="none"
      dot={false}
      activeDot={false}
      isAnimationActive={false}
    />
  );
}

function axes({ plan, formatTick }: DrawingProps): JSX.Element {
  const { range, projection, locale } = plan;
  const { bottom, top, ticks } = projection;
  // A scale without values would be invented.
  const shown = plan.isEmpty ? [] : ticks;
  const format = formatTick ?? tickFormatter(valuesOf(ticks), locale);
  const texts = new Map(shown.map(({ position, value }) => [position, format(value)]));
  return (
    <>
      <XAxis
        dataKey="at"
        type="number"
        domain={[range.from, range.to]}
        allowDataOverflow
        height={0}
        tick={false}
        tickLine={false}
        axisLine={{ stroke: 'var(--rule-strong)' }}
      />
      <YAxis
        width={VALUE_AXIS_WIDTH}
        domain={[bottom, top]}
        ticks={plan.isEmpty ? [bottom] : ticks.map(({ position }) => position)}
        interval={0}
        tick={TICK}
        tickFormatter={(position: number) => texts.get(position) ?? ''}
        tickLine={false}
        axisLine={false}
      />
    </>
  );
}

function valuesOf(ticks: Plan['projection']['ticks']): number[] {
  return ticks.map(({ value }) => value);
}
