import { useSyncExternalStore } from 'react';
import type { JSX } from 'react';
import { useChartGroup } from '../group/ChartGroup.tsx';
import { xOf } from './plan.ts';
import type { Plan } from './plan.ts';
import css from './time.module.css';

/** The group's crosshair and selection. Moving the pointer draws these two elements again, and not the chart. */
export function Crosshair({ plan }: { readonly plan: Plan }): JSX.Element {
  const { store } = useChartGroup();
  const { at, selection } = useSyncExternalStore(store.subscribe, store.get);
  const { plot } = plan.layout;
  const clamp = (x: number): number => Math.min(plot.left + plot.width, Math.max(plot.left, x));
  const isInside = at !== null && at >= plan.range.from && at <= plan.range.to;
  const [x1 = 0, x2 = 0] =
    selection === null
      ? []
      : [selection.from, selection.to].map((each) => clamp(xOf(plan, each))).sort((a, b) => a - b);
  return (
    <div className={css.cursor} aria-hidden="true">
      {selection !== null && (
        <div
          className={css.selection}
          style={{ left: x1, width: x2 - x1, top: plot.top, height: plot.height }}
        />
      )}
      {isInside && (
        <div
          className={css.crosshair}
          data-crosshair={at}
          style={{ left: xOf(plan, at), top: plot.top, height: plot.height }}
        />
      )}
    </div>
  );
}
