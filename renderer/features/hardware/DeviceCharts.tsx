import { memo, useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { degreeSign } from '../../../shared/format-temperature.ts';
import type { GpuPoint } from '../../../shared/gpu-history.ts';
import { ChartCard } from '../../charts/card/ChartCard.tsx';
import type { ChartTable } from '../../charts/export/csv.ts';
import { timeTable } from '../../charts/export/time-table.ts';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { useChartKit } from '../../charts/kit.tsx';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import { DEVICE_CHARTS, deviceChart } from './device-charts.ts';
import type { DeviceChart, SeriesWords } from './device-charts.ts';
import css from './hardware.module.css';

const HEIGHT = 96;

export interface DeviceChartsProps {
  readonly name: string;
  /** There are several GPUs, so that each chart names its own. */
  readonly isNumbered: boolean;
  readonly points: readonly GpuPoint[];
  readonly range: TimeRange;
  readonly bucketMs: number;
  /** Something reports the load of the GPU. */
  readonly hasLoad: boolean;
}

/** Utilisation, memory, power and temperature of a GPU on the page's axis of time. */
export const DeviceCharts = memo(function DeviceCharts(
  props: DeviceChartsProps,
): JSX.Element | null {
  if (!props.hasLoad) return null;
  return (
    <div className={css.charts}>
      {DEVICE_CHARTS.map((chart) => (
        <Chart key={chart} chart={chart} {...props} />
      ))}
    </div>
  );
});

function useSeriesWords(): SeriesWords {
  const text = useTranslations('hardware.charts');
  return useMemo(
    () => ({
      mean: text('mean'),
      least: text('least'),
      greatest: text('greatest'),
      limit: text('limit'),
      size: text('size'),
    }),
    [text],
  );
}

function Chart({
  chart,
  name,
  isNumbered,
  points,
  range,
  bucketMs,
}: DeviceChartsProps & { readonly chart: DeviceChart }): JSX.Element {
  const text = useTranslations('hardware.charts');
  const words = useSeriesWords();
  const { locale, labels } = useChartKit();
  const data = useMemo(() => deviceChart(chart, points, words), [chart, points, words]);
  const full = text('of', { chart: text(chart), name });
  const unit = chart === 'temperature' ? degreeSign() : text(`units.${chart}`);
  const table = (form: 'data' | 'words'): ChartTable => {
    const isExport = form === 'data' && chart === 'temperature';
    const shown = isExport ? deviceChart(chart, points, words, 'exported') : data;
    const input = { ...shown, range, locale, timeLabel: labels.time };
    return timeTable({ ...input, unit: isExport ? '°C' : unit }, form);
  };
  return (
    <ChartCard
      title={text(chart)}
      fullTitle={isNumbered ? full : undefined}
      unit={unit}
      table={table}
    >
      <TimeChart
        {...{ ...data, unit, bucketMs }}
        label={full}
        height={HEIGHT}
        hasLegend={false}
        noData={text('none')}
      />
    </ChartCard>
  );
}
