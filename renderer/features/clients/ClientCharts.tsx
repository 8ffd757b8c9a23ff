import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientDimension } from '../../../shared/clients.ts';
import { formatCompact, formatCount, formatRateValue } from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import type { History } from '../../../shared/history.ts';
import { ChartCard } from '../../charts/card/ChartCard.tsx';
import { timeTable } from '../../charts/export/time-table.ts';
import { ChartGroup } from '../../charts/group/ChartGroup.tsx';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { useChartKit } from '../../charts/kit.tsx';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import type { TimeChartProps } from '../../charts/time/TimeChart.tsx';
import type { ChartSeries } from '../../charts/time/types.ts';
import { useApiData } from '../../state/api.tsx';
import { rangeText } from '../../state/range.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import css from './clients.module.css';

/** Buckets of a chart. */
const POINTS = 120;

/** Requests, tokens, speed and energy of one client on one time axis. */
export function ClientCharts({
  by,
  name,
  range,
  onZoom,
}: {
  readonly by: ClientDimension;
  readonly name: string;
  readonly range: TimeRange;
  readonly onZoom: (text: string) => void;
}): JSX.Element {
  const { from, to } = range;
  const result = useApiData<History>('/history', { from, to, points: POINTS, [by]: name });
  return (
    <Loaded result={result}>{(history) => <Charts history={history} onZoom={onZoom} />}</Loaded>
  );
}

type Chart = Pick<TimeChartProps, 'series' | 'unit' | 'format' | 'scale'> & {
  readonly title: string;
};

function Charts({
  history,
  onZoom,
}: {
  readonly history: History;
  readonly onZoom: (text: string) => void;
}): JSX.Element {
  const { from, to } = history;
  const range = useMemo(() => ({ from, to }), [from, to]);
  const charts = useCharts(history);
  return (
    <ChartGroup range={range} onZoom={(chosen) => onZoom(rangeText(chosen))} labelRoom={72}>
      <div className={css.charts}>
        {charts.map((chart) => (
          <Card key={chart.title} {...{ chart, history, range }} />
        ))}
      </div>
    </ChartGroup>
  );
}

function Card({
  chart: { title, ...chart },
  history: { at: times, bucketMs, off },
  range,
}: {
  readonly chart: Chart;
  readonly history: History;
  readonly range: TimeRange;
}): JSX.Element {
  const text = useTranslations('clients.charts');
  const { locale, labels } = useChartKit();
  const data = { times, ...chart };
  return (
    <ChartCard
      title={title}
      unit={chart.unit}
      table={(form) => timeTable({ ...data, range, locale, timeLabel: labels.time }, form)}
    >
      <TimeChart
        {...data}
        {...{ label: title, bucketMs }}
        offIntervals={off}
        noData={text('none')}
      />
    </ChartCard>
  );
}

function useCharts({ total }: History): readonly Chart[] {
  const text = useTranslations('clients.charts');
  return useMemo(() => {
    const bars = (key: string, series: Omit<ChartSeries, 'key' | 'kind'>): ChartSeries => ({
      ...{ key, kind: 'bars' },
      ...series,
    });
    const { p5: low, p50, p95: high } = total.outputTokensPerSecond;
    const band = { low, high, lowLabel: 'p5', highLabel: 'p95' };
    const color = 'var(--ink-soft)';
    return [
      {
        ...{ title: text('requests'), unit: '', format: formatCount },
        scale: { wholeNumbers: true },
        series: [bars('requests', { label: text('requests'), color, values: total.requests })],
      },
      {
        ...{ title: text('tokens'), unit: 'tokens', format: formatCompact },
        series: [
          bars('output', { label: text('output'), values: total.outputTokens }),
          bars('input', { label: text('input'), values: total.inputTokens, side: 'down' }),
        ],
      },
      {
        ...{ title: text('speed'), unit: 'tok/s', format: formatRateValue },
        series: [{ key: 'output', label: text('median'), values: p50, band }],
      },
      {
        ...{ title: text('energy'), unit: '≈ Wh', format: formatWattHours },
        scale: {},
        series: [bars('energy', { label: text('energy'), color, values: total.energyJoules })],
      },
    ];
  }, [text, total]);
}
