import { clockOptions, formatter } from '../axes/time-ticks.ts';
import type { TimeRange } from '../group/group-store.ts';
import type { Plotted } from './plotted.ts';
import type { ChartSeries } from './types.ts';

/** A line of a readout. */
export interface Reading {
  readonly id: string;
  readonly label: string;
  readonly color: string;
  readonly form: 'series' | 'ghost' | 'low' | 'high';
  /** Without the unit; a dash for unknown. */
  readonly figure: string;
}

/** The readings of all series at an index; of none (-1), all are unknown. */
export function readingsAt(
  index: number,
  series: readonly ChartSeries[],
  plotted: readonly Plotted[],
  format: (value: number | null) => string,
): Reading[] {
  return series.flatMap(({ key, label, values, band, ghost }, place): Reading[] => {
    const color = plotted[place]?.color ?? '';
    const reading = (form: Reading['form'], name: string, from: typeof values): Reading => ({
      ...{ id: `${key} ${form}`, label: name, color, form },
      figure: format(from[index] ?? null),
    });
    return [
      reading('series', label, values),
      ...(band === undefined
        ? []
        : [reading('high', band.highLabel, band.high), reading('low', band.lowLabel, band.low)]),
      ...(ghost === undefined ? [] : [reading('ghost', ghost.label, ghost.values)]),
    ];
  });
}

const DAY = 86_400_000;

/** A time as exact as the steps of a chart: with seconds below a minute, with the date in ranges beyond a day. */
export function formatMoment(
  at: number,
  { from, to }: TimeRange,
  stepMs: number,
  locale: string,
): string {
  if (stepMs >= DAY)
    return formatter(locale, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    }).format(at);
  const clock = clockOptions(stepMs);
  if (to - from < DAY) return formatter(locale, clock).format(at);
  return formatter(locale, { weekday: 'short', day: 'numeric', month: 'short', ...clock }).format(
    at,
  );
}
