import type { ChartSeries, Values } from '../time/types.ts';
import type { TimeChartProps } from '../time/TimeChart.tsx';
import { HOUR, NOW, wander, without } from './data.ts';
import { compact, rate, seconds, whole } from './words.ts';

export const MODELS = ['qwen3:8b', 'gpt-oss:20b', 'llama3.2:3b', 'mistral-small:24b-instruct-2501'];

const STEP = HOUR / 4;
const COUNT = 120;
const GAP = [36, 46] as const;
const FROM = NOW - COUNT * STEP;
const times = Array.from({ length: COUNT }, (_, index) => FROM + index * STEP);

type Chart = Pick<TimeChartProps, 'times' | 'series' | 'unit' | 'format'> &
  Partial<TimeChartProps> & { readonly title: string };

function values(seed: number, level: number, spread: number): Values {
  return without(wander(seed, COUNT, level, spread), ...GAP);
}

function scaled(of: Values, factor: number): Values {
  return of.map((value) => (value === null ? null : value * factor));
}

export function historyCharts(tick: number): Chart[] {
  return [...counts(tick), ...speeds(tick), ...states(tick)];
}

function counts(tick: number): Chart[] {
  const byModel = MODELS.map((key, index): ChartSeries => {
    const level = 24_000 / (index + 1);
    return { key, label: key, kind: 'bars', values: values(31 + index + tick, level, level) };
  });
  return [
    {
      ...{ title: 'Requests', unit: 'requests', times, format: whole, bucketMs: STEP },
      scale: { wholeNumbers: true },
      series: [
        {
          ...{ key: 'requests', label: 'Requests', color: 'var(--output)', kind: 'bars' },
          values: scaled(values(5 + tick, 12, 14), 1).map((n) =>
            n === null ? null : Math.round(n),
          ),
        },
      ],
      hasLegend: false,
    },
    {
      ...{ title: 'Tokens', unit: 'tokens', times, format: compact, bucketMs: STEP },
      series: byModel,
    },
  ];
}

function speeds(tick: number): Chart[] {
  const speed = values(11 + tick, 41, 9);
  const first = values(21 + tick, 0.6, 0.3);
  return [
    {
      ...{ title: 'Speed', unit: 'tok/s', times, format: rate, bucketMs: STEP },
      references: [{ value: 30, label: 'target 30' }],
      series: [
        {
          ...{ key: 'speed', label: 'p50', color: 'var(--output)', values: speed },
          band: {
            ...{ low: scaled(speed, 0.7), high: scaled(speed, 1.2) },
            ...{ lowLabel: 'p5', highLabel: 'p95' },
          },
          ghost: { label: 'day before', values: values(61, 38, 9) },
        },
      ],
    },
    {
      ...{ title: 'Time to first token', unit: 's', times, format: seconds, bucketMs: STEP },
      series: [
        { key: 'p95', label: 'p95', color: 'var(--input)', values: scaled(first, 2.4) },
        { key: 'p50', label: 'p50', color: 'var(--output)', values: first },
      ],
    },
  ];
}

function states(tick: number): Chart[] {
  const watts = values(51 + tick, 180, 120);
  return [
    {
      ...{ title: 'Errors', unit: 'errors', times, format: whole, bucketMs: STEP },
      series: [{ key: 'errors', label: 'Errors', values: times.map(() => null) }],
      hasLegend: false,
    },
    {
      ...{ title: 'Power', unit: 'W', times, format: whole, bucketMs: STEP },
      references: [{ value: 350, label: 'limit 350 W' }],
      series: [
        { key: 'gpu-0', label: 'RTX 4090', kind: 'area', values: watts },
        { key: 'gpu-1', label: 'RTX 3060', values: scaled(watts, 0.4) },
      ],
    },
  ];
}
