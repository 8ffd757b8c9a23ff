import { useSyncExternalStore } from 'react';
import type { JSX } from 'react';
import { decimalSeparator } from '../axes/decimal.ts';
import { Figure } from '../Figure.tsx';
import { useChartGroup } from '../group/ChartGroup.tsx';
import type { TimeRange } from '../group/group-store.ts';
import { useChartKit } from '../kit.tsx';
import { indexAt, xOf } from './plan.ts';
import type { Plan } from './plan.ts';
import type { Reading } from './readings.ts';
import css from './time.module.css';

/** Between the crosshair and the readout, pixels. */
const DISTANCE = 10;
/** Narrower plots have no room beside the crosshair. */
const LEAST_BESIDE = 420;

export interface ReadoutProps {
  readonly plan: Plan;
  readonly id: string;
  readonly unit: string;
  readonly offIntervals: readonly TimeRange[];
  readonly readingsAt: (index: number) => Reading[];
  readonly momentAt: (index: number, at: number) => string;
}

/** The readings at the group's crosshair. Only the chart that is pointed at repeats the time. */
export function Readout(props: ReadoutProps): JSX.Element | null {
  const { plan, id, unit, readingsAt, momentAt, offIntervals } = props;
  const { store } = useChartGroup();
  const { at, chart } = useSyncExternalStore(store.subscribe, store.get);
  const { locale, labels } = useChartKit();
  if (at === null || at < plan.range.from || at > plan.range.to || plan.isEmpty) return null;
  const index = indexAt(plan, at);
  const isOff = offIntervals.some(({ from, to }) => from <= at && at < to);
  const separator = decimalSeparator(locale);
  return (
    <div className={css.readout} style={placeOf(plan, at)} aria-hidden="true" data-readout>
      {chart === id && <div className={css.moment}>{momentAt(index, at)}</div>}
      {isOff && index < 0 ? (
        <div className={css.moment}>{labels.meteringOff}</div>
      ) : (
        <div className={css.readings}>
          {readingsAt(index).map((reading) => (
            <Line key={reading.id} reading={reading} unit={unit} separator={separator} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Beside the crosshair on the side with more room; on narrow charts within its edges. */
function placeOf(plan: Plan, at: number): { left: number; top: number; transform: string } {
  const { plot } = plan.layout;
  const x = xOf(plan, at);
  const share = (x - plot.left) / plot.width;
  const top = plot.top + 2;
  if (plot.width < LEAST_BESIDE)
    return { left: x, top, transform: `translateX(${(-share * 100).toFixed(1)}%)` };
  return share < 0.5
    ? { left: x + DISTANCE, top, transform: 'none' }
    : { left: x - DISTANCE, top, transform: 'translateX(-100%)' };
}

function Line({
  reading: { form, label, color, figure },
  unit,
  separator,
}: {
  readonly reading: Reading;
  readonly unit: string;
  readonly separator: string;
}): JSX.Element {
  return (
    <div className={css.reading} data-form={form}>
      <span className={css.swatch} style={{ borderColor: color }} />
      <span className={css.name}>{label}</span>
      <Figure text={figure} separator={separator} />
      <span className={css.unit}>{unit}</span>
    </div>
  );
}
