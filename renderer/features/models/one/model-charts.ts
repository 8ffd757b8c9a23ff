import type { useTranslations } from 'use-intl';
import { formatCompact, formatCount, formatRateValue } from '../../../../shared/format.ts';
import type { History, HistoryColumn } from '../../../../shared/history.ts';
import type { TimeChartProps } from '../../../charts/time/TimeChart.tsx';

export type ModelChart = Pick<TimeChartProps, 'series' | 'unit' | 'format'> &
  Partial<TimeChartProps> & { readonly title: string };

type Text = ReturnType<typeof useTranslations<'models'>>;

/** Buckets without requests have zeros, which would draw a flat chart in place of its empty state. */
function orNone(column: HistoryColumn, hasAny: boolean): HistoryColumn {
  return hasAny ? column : column.map(() => null);
}

/** The charts of one model, from the answer for its range. */
export function modelCharts({ total }: History, text: Text): readonly ModelChart[] {
  const hasAny = total.requests.some((count) => (count ?? 0) > 0);
  return [
    {
      ...{ title: text('charts.tokens'), unit: text('units.tokens'), format: formatCompact },
      series: [
        {
          ...{ key: 'output', label: text('charts.output'), kind: 'bars', side: 'up' },
          values: orNone(total.outputTokens, hasAny),
        },
        {
          ...{ key: 'input', label: text('charts.input'), kind: 'bars', side: 'down' },
          values: orNone(total.inputTokens, hasAny),
        },
      ],
    },
    speedChart(total, text),
    firstTokenChart(total, text),
    {
      ...{ title: text('charts.requests'), unit: text('units.requests'), format: formatCount },
      scale: { wholeNumbers: true },
      series: [
        {
          ...{ key: 'requests', label: text('charts.answered'), kind: 'bars' },
          ...{ color: 'var(--output)', values: orNone(total.requests, hasAny) },
        },
        {
          ...{ key: 'errors', label: text('charts.errors'), color: 'var(--bad)' },
          values: orNone(total.errors, hasAny),
        },
      ],
    },
  ];
}

function speedChart({ outputTokensPerSecond: speed }: History['total'], text: Text): ModelChart {
  return {
    ...{ title: text('charts.speed'), unit: text('units.rate'), format: formatRateValue },
    series: [
      {
        ...{ key: 'speed', label: 'p50', color: 'var(--output)', values: speed.p50 },
        band: { low: speed.p5, high: speed.p95, lowLabel: 'p5', highLabel: 'p95' },
      },
    ],
  };
}

function firstTokenChart({ timeToFirstTokenMs: first }: History['total'], text: Text): ModelChart {
  return {
    ...{ title: text('charts.firstToken'), unit: text('units.ms'), format: formatCount },
    series: [
      { key: 'p95', label: 'p95', color: 'var(--input)', values: first.p95 },
      { key: 'p50', label: 'p50', color: 'var(--output)', values: first.p50 },
    ],
  };
}
