import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { FootprintSample } from '../../../shared/footprint.ts';
import { formatFigure } from '../../../shared/format.ts';
import { ChartCard } from '../../charts/card/ChartCard.tsx';
import { timeTable } from '../../charts/export/time-table.ts';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { useChartKit } from '../../charts/kit.tsx';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import { percentOfCore } from './footprint-columns.ts';
import css from './hardware.module.css';
import { drawable } from './ranges.ts';

const MIB = 1024 ** 2;
const HEIGHT = 96;
const CHARTS = ['cpu', 'memory', 'power'] as const;
type FootprintChart = (typeof CHARTS)[number];

const FIGURES: Readonly<Record<FootprintChart, (sample: FootprintSample) => number | null>> = {
  cpu: ({ cpuCores }) => percentOfCore(cpuCores),
  memory: ({ memoryBytes }) => memoryBytes / MIB,
  power: ({ estimatedPowerW }) => estimatedPowerW,
};
const COLORS: Readonly<Record<FootprintChart, string>> = {
  ...{ cpu: 'var(--output)', memory: 'var(--input)', power: 'var(--series-2)' },
};

export interface FootprintChartsProps {
  readonly history: readonly FootprintSample[];
  readonly range: TimeRange;
}

/** Processor time, memory and estimated watts of Tokwatt on the page's axis of time. */
export function FootprintCharts({ history, range }: FootprintChartsProps): JSX.Element {
  const { from, to } = range;
  const samples = useMemo(
    () => drawable(history.filter(({ at }) => at >= from && at <= to)),
    [history, from, to],
  );
  const shown = CHARTS.filter(
    (chart) => chart !== 'power' || history.some((sample) => sample.estimatedPowerW !== null),
  );
  return (
    <div className={css.charts}>
      {shown.map((chart) => (
        <Chart key={chart} {...{ chart, samples, range }} />
      ))}
    </div>
  );
}

function Chart({
  chart,
  samples,
  range,
}: {
  readonly chart: FootprintChart;
  readonly samples: readonly FootprintSample[];
  readonly range: TimeRange;
}): JSX.Element {
  const text = useTranslations('hardware.footprint');
  const { locale, labels } = useChartKit();
  const title = text('chartOf', { chart: text(`charts.${chart}`) });
  const unit = text(`units.${chart}`);
  const data = useMemo(
    () => ({
      times: samples.map(({ at }) => at),
      series: [
        { key: chart, label: title, color: COLORS[chart], values: samples.map(FIGURES[chart]) },
      ],
      ...{ unit, format: formatFigure },
    }),
    [samples, chart, title, unit],
  );
  return (
    <ChartCard
      {...{ title, unit }}
      table={(form) => timeTable({ ...data, range, locale, timeLabel: labels.time }, form)}
    >
      <TimeChart
        {...data}
        label={title}
        height={HEIGHT}
        hasLegend={false}
        noData={text('noSamples')}
      />
    </ChartCard>
  );
}
