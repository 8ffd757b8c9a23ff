import type { TimeRange } from '../group/group-store.ts';
import { usualStep } from '../axes/nearest.ts';
import { formatMoment } from '../time/readings.ts';
import type { ChartSeries, Values } from '../time/types.ts';
import type { ChartTable } from './csv.ts';

export interface TimeTableInput {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly unit: string;
  /** Heading of the first column. */
  readonly timeLabel: string;
  readonly range: TimeRange;
  readonly locale: string;
  readonly format: (value: number | null) => string;
}

/** The data of a time chart: as `data` with times in ISO 8601 and raw numbers, as `words` formatted. */
export function timeTable(input: TimeTableInput, form: 'data' | 'words'): ChartTable {
  const { times, series, unit, timeLabel, range, locale, format } = input;
  const columns = series.flatMap(({ label, values, band, ghost }) => [
    { label, values },
    ...(band === undefined
      ? []
      : [
          { label: `${label} ${band.lowLabel}`, values: band.low },
          { label: `${label} ${band.highLabel}`, values: band.high },
        ]),
    ...(ghost === undefined ? [] : [{ label: `${label}, ${ghost.label}`, values: ghost.values }]),
  ]);
  const step = usualStep(times);
  const moment = (at: number): string =>
    form === 'data' ? new Date(at).toISOString() : formatMoment(at, range, step, locale);
  const cell = (values: Values, index: number): string | number | null =>
    form === 'data' ? (values[index] ?? null) : format(values[index] ?? null);
  return {
    columns: [timeLabel, ...columns.map(({ label }) => `${label} (${unit})`)],
    rows: times.map((at, index) => [
      moment(at),
      ...columns.map(({ values }) => cell(values, index)),
    ]),
  };
}
