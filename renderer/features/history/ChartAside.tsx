import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  formatCompact,
  formatCount,
  formatFigure,
  formatMarked,
  formatRateValue,
} from '../../../shared/format.ts';
import { formatKwh, formatMeanPrice, formatMoney } from '../../../shared/format-cost.ts';
import type { History } from '../../../shared/history.ts';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import type { ChartName } from './charts.ts';
import type { TokenSide } from './view.ts';

const JOULES_PER_KWH = 3_600_000;
const MS_PER_SECOND = 1_000;

export interface ChartAsideProps {
  readonly chart: ChartName;
  readonly history: History;
  readonly isGrouped: boolean;
  readonly tokens: TokenSide;
  readonly onTokens: (side: TokenSide) => void;
}

/** The figure of the whole range beside the title of a chart. */
export function ChartAside(props: ChartAsideProps): JSX.Element {
  const { chart, history, isGrouped, tokens, onTokens } = props;
  const text = useTranslations('history.tokenSide');
  const figure = useFigure(chart, history);
  if (chart !== 'tokens' || !isGrouped) return <span data-in-picture="">{figure}</span>;
  return (
    <SegmentedControl<TokenSide>
      legend={text('legend')}
      value={tokens}
      onChange={onTokens}
      options={[
        { value: 'output', label: text('output') },
        { value: 'input', label: text('input') },
      ]}
    />
  );
}

function useFigure(chart: ChartName, { total: { sums }, currency }: History): string {
  const text = useTranslations('history');
  const median = (value: string, unit: 'rate' | 'seconds'): string =>
    text('aside.median', { value, unit: text(`units.${unit}`) });
  const ttft = sums.timeToFirstTokenMs.p50;
  switch (chart) {
    case 'requests':
      return formatCount(sums.requests);
    case 'tokens':
      return text('aside.tokens', {
        output: formatCompact(sums.outputTokens),
        input: formatCompact(sums.inputTokens),
      });
    case 'speed':
      return median(formatRateValue(sums.outputTokensPerSecond.p50), 'rate');
    case 'firstToken':
      return median(formatFigure(ttft === null ? null : ttft / MS_PER_SECOND), 'seconds');
    case 'errors':
      return formatCount(sums.errors);
    case 'power':
    case 'energy': {
      if (sums.energyJoules === null) return '';
      const kwh = sums.energyJoules / JOULES_PER_KWH;
      const energy = formatMarked(formatKwh(kwh), 'estimated');
      const price = currency === null ? null : formatMeanPrice(sums.cost, kwh, currency);
      if (currency === null || price === null) return text('aside.energy', { energy });
      const cost = formatMarked(formatMoney(sums.cost, currency), 'estimated');
      return text('aside.energyCost', { energy, cost, price });
    }
  }
}
