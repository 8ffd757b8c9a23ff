import { memo, useMemo } from 'react';
import type { JSX } from 'react';
import { ChartCard } from '../card/ChartCard.tsx';
import { useColors } from '../colors/use-colors.ts';
import { timeTable } from '../export/time-table.ts';
import { useChartGroup } from '../group/ChartGroup.tsx';
import { TimeChart } from '../time/TimeChart.tsx';
import type { TimeChartProps } from '../time/TimeChart.tsx';
import { historyCharts } from './history-charts.ts';
import { HOUR, NOW } from './data.ts';
import css from './gallery.module.css';
import { MODELS } from './history-charts.ts';
import { KIT } from './words.ts';

const OFF = [{ from: NOW - 21 * HOUR, to: NOW - 18.5 * HOUR }];

type Chart = Pick<TimeChartProps, 'times' | 'series' | 'unit' | 'format'> &
  Partial<TimeChartProps> & { readonly title: string };

/** Six charts of a day and a quarter on one axis. */
export const History = memo(function History({ tick }: { readonly tick: number }): JSX.Element {
  const charts: readonly Chart[] = useMemo(() => historyCharts(tick), [tick]);
  const colorOf = useColors(MODELS);
  return (
    <>
      <h2 className={css.section}>History</h2>
      <section className={css.grid}>
        {charts.map((chart) => (
          <Card key={chart.title} chart={chart} colorOf={colorOf} />
        ))}
      </section>
    </>
  );
});

function Card({
  chart,
  colorOf,
}: {
  readonly chart: Chart;
  readonly colorOf: (key: string) => string;
}): JSX.Element {
  const { range } = useChartGroup();
  const { title, ...rest } = chart;
  return (
    <ChartCard
      title={title}
      unit={chart.unit}
      table={(form) => timeTable({ ...chart, ...KIT, range, timeLabel: 'Time' }, form)}
    >
      <TimeChart
        {...rest}
        label={title}
        colorOf={colorOf}
        offIntervals={OFF}
        noData={<span>No errors in this range.</span>}
      />
    </ChartCard>
  );
}
