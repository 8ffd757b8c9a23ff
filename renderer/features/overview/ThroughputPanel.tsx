import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatRateValue, formatSpan } from '../../../shared/format.ts';
import type { Throughput } from '../../../shared/slices.ts';
import { colorOf } from '../../charts/colors/use-colors.ts';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import type { ChartSeries } from '../../charts/time/types.ts';
import { useSlice } from '../../state/context.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { LIVE_SPAN_MS } from './live-span.ts';
import { summarize, toColumns } from './throughput.ts';
import css from './ThroughputPanel.module.css';

const SPAN = formatSpan(LIVE_SPAN_MS);
const HEIGHT = 168;
/** An idle server is no full chart of noise. */
const SCALE = { leastTop: 10 };

/**
 * The speeds now and over the last minutes. Prompts are read 10 to 100 times faster than answers are
 * generated, so each direction of the mirrored chart has its own scale.
 */
export function ThroughputPanel({ throughput }: { readonly throughput: Throughput }): JSX.Element {
  const text = useTranslations('overview');
  const columns = useMemo(() => toColumns(throughput.series, LIVE_SPAN_MS), [throughput.series]);
  const series = useMemo(
    (): ChartSeries[] => [
      { key: 'output', label: text('series.output'), kind: 'area', values: columns.output },
      {
        ...{ key: 'input', label: text('series.input'), kind: 'area', side: 'down' },
        values: columns.input,
      },
    ],
    [columns, text],
  );
  const summary = summarize(throughput, columns, LIVE_SPAN_MS, text);
  return (
    <Panel title={text('throughput.title')} aside={text('throughput.aside', { span: SPAN })}>
      <div className={css.body}>
        <CurrentRates />
        <div data-testid="throughput-chart">
          <VisuallyHidden>{summary}</VisuallyHidden>
          <TimeChart
            times={columns.times}
            series={series}
            label={text('throughput.title')}
            unit={text('throughput.unit')}
            format={formatRateValue}
            height={HEIGHT}
            scale={SCALE}
            hasLegend={false}
            noData={text('throughput.noData')}
          />
        </div>
      </div>
    </Panel>
  );
}

/** They follow the data, not the seconds of the chart. */
function CurrentRates(): JSX.Element {
  const { outputTokensPerSecond, inputTokensPerSecond } = useSlice('throughput');
  return (
    <dl className={css.rates}>
      <Rate series="output" value={outputTokensPerSecond} testId="throughput-now" />
      <Rate series="input" value={inputTokensPerSecond} testId="throughput-input-now" />
    </dl>
  );
}

/** The unit stands beside the name, where no digit can move it. */
function Rate({
  series,
  value,
  testId,
}: {
  readonly series: 'output' | 'input';
  readonly value: number;
  readonly testId: string;
}): JSX.Element {
  const text = useTranslations('overview');
  return (
    <div className={css[series]}>
      <dt className={css.label}>
        <span className={css.key} style={{ background: colorOf(series) }} aria-hidden="true" />
        {text(`series.${series}`)}
        <span className={css.unit}>{text('throughput.unit')}</span>
      </dt>
      <dd className={css.value} data-testid={testId} data-value={value}>
        {formatRateValue(value)}
      </dd>
    </div>
  );
}
