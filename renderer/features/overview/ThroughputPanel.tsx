import { useId, useMemo } from 'react';
import type { JSX } from 'react';
import { formatRateValue, formatSpan } from '../../../shared/format.ts';
import type { Throughput } from '../../../shared/slices.ts';
import { TOKEN_SERIES } from '../../charts/config.ts';
import type { TokenSeries } from '../../charts/config.ts';
import { StripChart } from '../../charts/StripChart.tsx';
import { useSlice } from '../../state/context.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Stat } from '../../ui/Stat.tsx';
import { summarize, toPoints } from './throughput.ts';
import css from './ThroughputPanel.module.css';

const SPAN_MS = 180_000;
const UNIT = 'tok/s';

/**
 * The speeds now and over the last minutes. Prompts are read 10 to 100 times faster than answers
 * are generated, so each direction has its own chart and scale.
 */
export function ThroughputPanel(): JSX.Element {
  const throughput = useSlice('throughput');
  const points = useMemo(() => toPoints(throughput.series, SPAN_MS), [throughput.series]);
  const group = useId();

  const chart = (series: TokenSeries, height: number, timeLabels: boolean): JSX.Element => (
    <StripChart
      config={TOKEN_SERIES}
      series={series}
      points={points}
      endAt={throughput.series.endAt}
      spanMs={SPAN_MS}
      unit={UNIT}
      height={height}
      timeLabels={timeLabels}
      readout={series === 'output'}
      summary={summarize(series, throughput, points, SPAN_MS)}
      group={group}
    />
  );
  return (
    <Panel title="Throughput" aside={`Tokens per second, last ${formatSpan(SPAN_MS)}`}>
      <div className={css.body}>
        <CurrentRates throughput={throughput} />
        <div className={css.charts}>
          {chart('output', 128, false)}
          {chart('input', 60, true)}
        </div>
      </div>
    </Panel>
  );
}

function CurrentRates({ throughput }: { readonly throughput: Throughput }): JSX.Element {
  const { outputTokensPerSecond, inputTokensPerSecond } = throughput;
  return (
    <dl className={css.stats}>
      <Stat
        large
        {...TOKEN_SERIES.output}
        value={formatRateValue(outputTokensPerSecond)}
        raw={outputTokensPerSecond}
        unit={UNIT}
        testId="throughput-now"
      />
      <Stat
        {...TOKEN_SERIES.input}
        value={formatRateValue(inputTokensPerSecond)}
        raw={inputTokensPerSecond}
        unit={UNIT}
        testId="throughput-input-now"
      />
    </dl>
  );
}
