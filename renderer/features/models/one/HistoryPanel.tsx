import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { History } from '../../../../shared/history.ts';
import { useApiData } from '../../../state/api.tsx';
import type { ApiDataOptions } from '../../../state/api.tsx';
import type { TimeRange } from '../../../state/range.ts';
import { ChartCard } from '../../../charts/card/ChartCard.tsx';
import { timeTable } from '../../../charts/export/time-table.ts';
import { ChartGroup } from '../../../charts/group/ChartGroup.tsx';
import { useChartKit } from '../../../charts/kit.tsx';
import { TimeChart } from '../../../charts/time/TimeChart.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { modelCharts } from './model-charts.ts';
import type { ModelChart } from './model-charts.ts';
import css from './one.module.css';

const POINTS = 160;

/** Requests, tokens, speed and time to first token of one model over time. */
export function HistoryPanel({
  name,
  asked,
  options,
  onZoom,
  onZoomOut,
}: {
  readonly name: string;
  readonly asked: TimeRange;
  readonly options: ApiDataOptions;
  readonly onZoom: (range: TimeRange) => void;
  readonly onZoomOut: () => void;
}): JSX.Element {
  const query = { ...asked, points: POINTS, model: name };
  const result = useApiData<History>('/history', query, options);
  return (
    <Loaded result={result}>
      {(history) => <Charts history={history} onZoom={onZoom} onZoomOut={onZoomOut} />}
    </Loaded>
  );
}

function Charts({
  history,
  onZoom,
  onZoomOut,
}: {
  readonly history: History;
  readonly onZoom: (range: TimeRange) => void;
  readonly onZoomOut: () => void;
}): JSX.Element {
  const text = useTranslations('models');
  const charts = useMemo(() => modelCharts(history, text), [history, text]);
  return (
    <ChartGroup range={history} onZoom={onZoom} onZoomOut={onZoomOut}>
      <div className={css.charts}>
        {charts.map((chart) => (
          <Card key={chart.title} chart={chart} history={history} />
        ))}
      </div>
    </ChartGroup>
  );
}

function Card({
  chart,
  history,
}: {
  readonly chart: ModelChart;
  readonly history: History;
}): JSX.Element {
  const text = useTranslations('models.charts');
  const { locale, labels } = useChartKit();
  const { title, ...rest } = chart;
  const { at, bucketMs, off } = history;
  const table = { ...chart, times: at, range: history, locale, timeLabel: labels.time };
  return (
    <ChartCard title={title} unit={chart.unit} table={(form) => timeTable(table, form)}>
      <TimeChart
        {...rest}
        label={title}
        times={at}
        bucketMs={bucketMs}
        offIntervals={off}
        noData={<span>{text('none')}</span>}
      />
    </ChartCard>
  );
}
