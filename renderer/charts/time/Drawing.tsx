import { memo, useMemo } from 'react';
import type { JSX } from 'react';
import { tickFormatter } from '../axes/value-ticks.ts';
import type { TimeRange } from '../group/group-store.ts';
import { CoordinateSystem } from './CoordinateSystem.tsx';
import type { ValueTick } from './CoordinateSystem.tsx';
import { Backdrop, EndLabels, LegendRows, References, TimeLabels } from './Furniture.tsx';
import { Marks } from './Marks.tsx';
import { DrawnProvider, useDrawn } from './drawn.tsx';
import type { Plan } from './plan.ts';
import type { Reference } from './types.ts';

export interface DrawingProps {
  readonly plan: Plan;
  readonly references: readonly Reference[];
  readonly offIntervals: readonly TimeRange[];
  readonly hasTimeLabels: boolean;
  readonly formatTick: ((value: number) => string) | undefined;
}

/**
 * The picture. It is drawn again only for new data, a new range or a new width. What depends on the data reads it from
 * a context, so that Recharts, which draws the coordinate system, takes part only when its scale or its size changes.
 */
export const Drawing = memo(function Drawing(props: DrawingProps): JSX.Element {
  const { plan, references, offIntervals, hasTimeLabels, formatTick } = props;
  const { plot, width, height } = plan.layout;
  const { bottom, top } = plan.projection;
  const drawn = useMemo(
    () => ({ plan, references, offIntervals, hasTimeLabels }),
    [plan, references, offIntervals, hasTimeLabels],
  );
  return (
    <DrawnProvider value={drawn}>
      <CoordinateSystem
        {...{ width, height, bottom, top, below: BELOW, above: ABOVE }}
        {...{ plotLeft: plot.left, plotTop: plot.top }}
        {...{ plotWidth: plot.width, plotHeight: plot.height }}
        ticks={valueTicks(plan, formatTick)}
      />
    </DrawnProvider>
  );
});

function valueTicks(
  { isEmpty, projection: { ticks }, locale }: Plan,
  formatTick: DrawingProps['formatTick'],
): readonly ValueTick[] {
  // A scale without values would be invented.
  if (isEmpty) return [];
  const format =
    formatTick ??
    tickFormatter(
      ticks.map(({ value }) => value),
      locale,
    );
  return ticks.map(({ position, value }) => ({ position, text: format(value) }));
}

function Below(): JSX.Element {
  const { plan, offIntervals } = useDrawn();
  return (
    <>
      <Backdrop plan={plan} offIntervals={offIntervals} />
      <Marks plan={plan} />
    </>
  );
}

function Above(): JSX.Element {
  const { plan, references, hasTimeLabels } = useDrawn();
  const { legend } = plan.layout;
  return (
    <>
      <References plan={plan} references={references} />
      {hasTimeLabels && <TimeLabels plan={plan} />}
      {legend === 'ends' && <EndLabels plan={plan} />}
      {legend === 'rows' && <LegendRows plan={plan} />}
    </>
  );
}

const BELOW = <Below />;
const ABOVE = <Above />;
