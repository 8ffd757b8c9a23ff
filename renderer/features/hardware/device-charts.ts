/** The charts of one GPU, from the readings of all of them. */
import { formatFigure, formatMean } from '../../../shared/format.ts';
import { shownTemperature } from '../../../shared/format-temperature.ts';
import type { GpuPoint } from '../../../shared/gpu-history.ts';
import type { TimeChartProps } from '../../charts/time/TimeChart.tsx';
import type { Reference } from '../../charts/time/types.ts';

const GIB = 1024 ** 3;

export const DEVICE_CHARTS = ['utilization', 'memory', 'power', 'temperature'] as const;
export type DeviceChart = (typeof DEVICE_CHARTS)[number];

type Pick3 = (point: GpuPoint) => readonly [number | null, number | null, number | null];

interface Form {
  /** Mean, least and greatest. */
  readonly pick: Pick3;
  readonly leastTop: number;
  readonly color: string;
}

const FORMS: Readonly<Record<DeviceChart, Form>> = {
  utilization: {
    pick: (point) => [point.utilizationPercent, point.utilizationMin, point.utilizationMax],
    ...{ leastTop: 100, color: 'var(--output)' },
  },
  memory: {
    pick: ({ memoryUsedBytes, memoryUsedMin, memoryUsedMax }) => [
      inGib(memoryUsedBytes),
      inGib(memoryUsedMin),
      inGib(memoryUsedMax),
    ],
    ...{ leastTop: 4, color: 'var(--input)' },
  },
  power: {
    pick: ({ powerW, powerMin, powerMax }) => [powerW, powerMin, powerMax],
    ...{ leastTop: 50, color: 'var(--series-2)' },
  },
  temperature: {
    pick: (point) => [point.temperatureC, point.temperatureMin, point.temperatureMax],
    ...{ leastTop: 80, color: 'var(--series-5)' },
  },
};

function inGib(bytes: number | null): number | null {
  return bytes === null ? null : bytes / GIB;
}

/** The words of the series. */
export interface SeriesWords {
  readonly mean: string;
  readonly least: string;
  readonly greatest: string;
  /** Of the limit of the power, and of the size of the memory. */
  readonly limit: string;
  readonly size: string;
}

export type DeviceChartData = Pick<
  TimeChartProps,
  'times' | 'series' | 'format' | 'scale' | 'references'
>;

/**
 * The readings of a chart: means as a line, least and greatest as its band. Temperatures are in the unit that people
 * read, or in degrees Celsius as exports have them.
 */
export function deviceChart(
  name: DeviceChart,
  points: readonly GpuPoint[],
  words: SeriesWords,
  form: 'shown' | 'exported' = 'shown',
): DeviceChartData {
  const { pick, leastTop: least, color } = FORMS[name];
  const figures = points.map(pick);
  const isConverted = name === 'temperature' && form === 'shown';
  const leastTop = isConverted ? shownTemperature(least) : least;
  const column = (index: 0 | 1 | 2): (number | null)[] =>
    figures.map((each) => (isConverted ? shownTemperature(each[index]) : each[index]));
  const band = {
    ...{ low: column(1), high: column(2) },
    ...{ lowLabel: words.least, highLabel: words.greatest },
  };
  return {
    times: points.map(({ at }) => at),
    series: [{ key: name, label: words.mean, color, values: column(0), band }],
    format: name === 'memory' ? formatFigure : formatMean,
    scale: { leastTop, ...(name === 'memory' ? { base: 'binary' } : {}) },
    references: referencesOf(name, points.at(-1), words),
  };
}

/** The limit of the power, and the size of the memory, as lines. */
function referencesOf(
  name: DeviceChart,
  last: GpuPoint | undefined,
  words: SeriesWords,
): readonly Reference[] {
  const line = (value: number | null | undefined, label: string): readonly Reference[] =>
    value === null || value === undefined ? [] : [{ value, label }];
  if (name === 'power') return line(last?.powerLimitW, words.limit);
  if (name === 'memory') return line(inGib(last?.memoryTotalBytes ?? null), words.size);
  return [];
}
