import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { GpuReading } from '../../../shared/gpu.ts';
import type { GpuHistory, GpuPoint } from '../../../shared/gpu-history.ts';
import { formatMean, formatSpan } from '../../../shared/format.ts';
import { degreeSign, shownTemperature } from '../../../shared/format-temperature.ts';
import { ChartGroup } from '../../charts/group/ChartGroup.tsx';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import type { ChartSeries } from '../../charts/time/types.ts';
import { useApiData } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { gpuKey, toGpuColumns } from './gpu-columns.ts';
import type { GpuColumns } from './gpu-columns.ts';
import css from './GpuPanel.module.css';

const SPAN_MS = 900_000;
const SPAN = formatSpan(SPAN_MS);
/** A bucket is a pixel or two wide; the charts move by one of them at a time. */
const BUCKET_MS = 10_000;
const HEIGHT = 28;
const GIB = 1024 ** 3;

const FIGURES = [
  { key: 'utilization', pick: (point: GpuPoint) => point.utilizationPercent, leastTop: 100 },
  {
    key: 'memory',
    pick: ({ memoryUsedBytes }: GpuPoint) =>
      memoryUsedBytes === null ? null : memoryUsedBytes / GIB,
    leastTop: 4,
  },
  { key: 'power', pick: (point: GpuPoint) => point.powerW, leastTop: 50 },
  {
    key: 'temperature',
    pick: (point: GpuPoint) => shownTemperature(point.temperatureC),
    leastTop: 80,
  },
] as const;
type FigureSpec = (typeof FIGURES)[number];

/** Four small charts on one axis of time, a line for each GPU. */
export function GpuCharts({
  gpus,
  colorOf,
}: {
  readonly gpus: readonly GpuReading[];
  readonly colorOf: (key: string) => string;
}): JSX.Element {
  const to = Math.floor(useNow(true) / BUCKET_MS) * BUCKET_MS;
  const range = useMemo(() => ({ from: to - SPAN_MS, to }), [to]);
  const { data } = useApiData<GpuHistory>('/gpu/history', { ...range, bucketMs: BUCKET_MS });
  const columns = useMemo(() => toGpuColumns(data?.points ?? []), [data]);
  return (
    <ChartGroup range={range}>
      <div className={css.charts}>
        {FIGURES.map((figure, index) => (
          <Chart
            key={figure.key}
            {...{ figure, columns, gpus, colorOf }}
            isLowest={index === FIGURES.length - 1}
          />
        ))}
      </div>
    </ChartGroup>
  );
}

interface ChartProps {
  readonly figure: FigureSpec;
  readonly columns: GpuColumns;
  readonly gpus: readonly GpuReading[];
  readonly colorOf: (key: string) => string;
  readonly isLowest: boolean;
}

function Chart({ figure, columns, gpus, colorOf, isLowest }: ChartProps): JSX.Element {
  const text = useTranslations('overview.gpu');
  // The readings change every second; the lines only need to know which GPUs there are.
  const names = gpus.map((gpu) => `${gpuKey(gpu)}\n${gpu.index}: ${gpu.name}`).join('\n\n');
  const series = useMemo(
    () => seriesOf(names, columns, figure, colorOf),
    [names, columns, figure, colorOf],
  );
  const scale = useMemo(() => ({ mostTicks: 2, leastTop: leastTopOf(figure) }), [figure]);
  const name = text(figure.key);
  const unit = figure.key === 'temperature' ? degreeSign() : text(`units.${figure.key}`);
  return (
    <div>
      <h4 className={css.chartName}>
        {name} <span className={css.label}>{unit}</span>
      </h4>
      <TimeChart
        times={columns.times}
        series={series}
        label={text('chart', { figure: name, span: SPAN })}
        unit={unit}
        format={formatMean}
        height={HEIGHT}
        bucketMs={BUCKET_MS}
        scale={scale}
        hasTimeLabels={isLowest}
        hasLegend={false}
        noData={text('noData')}
      />
    </div>
  );
}

function leastTopOf({ key, leastTop }: FigureSpec): number {
  return key === 'temperature' ? shownTemperature(leastTop) : leastTop;
}

function seriesOf(
  names: string,
  { times, byGpu }: GpuColumns,
  { pick }: FigureSpec,
  colorOf: (key: string) => string,
): ChartSeries[] {
  const gpus = names.split('\n\n').map((each) => each.split('\n'));
  return gpus.map(([key = '', label = ''], index) => {
    const points = byGpu.get(key);
    return {
      key: `${key}/${index}`,
      label,
      kind: gpus.length === 1 ? 'area' : 'line',
      color: gpus.length === 1 ? 'var(--output)' : colorOf(key),
      values: times.map((_, at) => {
        const point = points?.[at] ?? null;
        return point === null ? null : pick(point);
      }),
    };
  });
}
