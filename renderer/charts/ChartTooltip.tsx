import type { JSX } from 'react';
import { formatClock, formatRateValue } from '../../shared/format.ts';
import css from './charts.module.css';
import type { ChartConfig } from './config.ts';
import type { Point } from './point.ts';

/** The readings of all series at one time, for the pointer in any chart of the group. */
export function ChartTooltip<Key extends string>({
  point,
  endAt,
  config,
  unit,
}: {
  readonly point: Point<Key> | undefined;
  readonly endAt: number;
  readonly config: ChartConfig<Key>;
  readonly unit: string;
}): JSX.Element | null {
  if (point === undefined) return null;
  const keys = Object.keys(config) as Key[];
  return (
    <div className={css.tooltip}>
      <div className={css.moment}>{formatClock(endAt + point.offsetMs)}</div>
      {keys.map((key) => (
        <div key={key} className={css.reading}>
          <span className={css.key} style={{ background: config[key].color }} />
          <span>{config[key].label}</span>
          <span className={css.value}>{formatRateValue(point.values[key])}</span>
          <span className={css.unit}>{unit}</span>
        </div>
      ))}
    </div>
  );
}
