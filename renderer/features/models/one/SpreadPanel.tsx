import { useMemo, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatRateValue,
} from '../../../../shared/format.ts';
import type { Histogram as Spread, HistoryDistribution } from '../../../../shared/history.ts';
import { ChartCard } from '../../../charts/card/ChartCard.tsx';
import { Histogram } from '../../../charts/simple/Histogram.tsx';
import type { HistogramMark } from '../../../charts/simple/Histogram.tsx';
import { useApiData } from '../../../state/api.tsx';
import type { ApiDataOptions } from '../../../state/api.tsx';
import { usePersisted } from '../../../state/persisted.ts';
import type { TimeRange } from '../../../state/range.ts';
import { Field } from '../../../ui/Field.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import css from './one.module.css';

const FIRST_TARGET = '500';

interface SpreadPanelProps {
  readonly name: string;
  readonly asked: TimeRange;
  readonly options: ApiDataOptions;
}

/** How speed and time to first token are spread, and how many answers begin in time. */
export function SpreadPanel({ name, asked, options }: SpreadPanelProps): JSX.Element {
  const text = useTranslations('models.spread');
  const [stored, store] = usePersisted('models.firstTokenTarget');
  const [typed, setTyped] = useState(stored ?? FIRST_TARGET);
  const target = targetOf(stored ?? FIRST_TARGET);
  const change = (value: string): void => {
    setTyped(value);
    if (targetOf(value) !== null) store(value.trim());
  };
  const query = { ...asked, model: name, ttftTargetMs: target };
  const result = useApiData<HistoryDistribution>('/history/distribution', query, options);
  return (
    <Panel title={text('title')}>
      <Loaded result={result}>{(data) => <Spreads data={data} />}</Loaded>
      <div className={css.target}>
        <Field
          label={text('target')}
          kind="number"
          unit="ms"
          value={typed}
          onChange={change}
          problem={targetOf(typed) === null ? text('targetProblem') : null}
        />
        <p className={css.under} data-testid="under-target" data-value={result.data?.underTarget}>
          {underText(result.data, text)}
        </p>
      </div>
    </Panel>
  );
}

type Text = ReturnType<typeof useTranslations<'models.spread'>>;

/** Whole milliseconds; null for anything else. */
function targetOf(text: string): number | null {
  const value = Number(text.trim());
  return Number.isInteger(value) && value >= 1 && value <= 86_400_000 ? value : null;
}

function underText(data: HistoryDistribution | undefined, text: Text): string {
  if (data?.ttftTargetMs === undefined || data.ttftTargetMs === null) return '';
  if (data.underTarget === null) return text('underNone');
  const target = formatDuration(data.ttftTargetMs);
  return text('under', { percent: formatPercent(data.underTarget * 100), target });
}

function Spreads({ data }: { readonly data: HistoryDistribution }): JSX.Element {
  const text = useTranslations('models');
  return (
    <div className={css.charts}>
      <SpreadCard
        title={text('spread.speed')}
        unit={text('units.rate')}
        spread={data.outputTokensPerSecond}
        format={formatRateValue}
        inWords={formatRate}
      />
      <SpreadCard
        title={text('spread.firstToken')}
        unit={text('units.ms')}
        spread={data.timeToFirstTokenMs}
        format={formatCount}
        inWords={formatDuration}
        target={data.ttftTargetMs}
      />
    </div>
  );
}

interface SpreadCardProps {
  readonly title: string;
  readonly unit: string;
  readonly spread: Spread;
  readonly format: (value: number | null) => string;
  readonly inWords: (value: number | null) => string;
  readonly target?: number | null;
}

function SpreadCard(props: SpreadCardProps): JSX.Element {
  const { title, unit, spread, format, inWords } = props;
  const text = useTranslations('models');
  const marks = useMarks(props);
  return (
    <ChartCard
      title={title}
      unit={unit}
      aside={text('spread.count', { count: spread.count })}
      table={() => ({
        columns: [unit, text('units.requests')],
        rows: spread.bars.map(({ from, to, count }) => [`${format(from)}–${format(to)}`, count]),
      })}
    >
      <Histogram
        bins={spread.bars}
        {...{ marks, label: title, unit, format, formatCount }}
        describe={({ from, to, count }) =>
          text('spread.bar', { from: inWords(from), to: inWords(to), count })
        }
        isLogarithmic
        noData={<span>{text('spread.none')}</span>}
      />
    </ChartCard>
  );
}

function useMarks({ spread, inWords, target = null }: SpreadCardProps): readonly HistogramMark[] {
  const text = useTranslations('models.spread');
  const { p50, p95, bars } = spread;
  return useMemo(() => {
    const low = bars[0]?.from ?? 0;
    const high = bars.at(-1)?.to ?? 0;
    const marks: HistogramMark[] = [];
    const add = (percentile: string, value: number | null): void => {
      if (value === null) return;
      const label = text('mark', { percentile, value: inWords(value) });
      marks.push({ value, label, kind: 'percentile' });
    };
    add('p50', p50);
    add('p95', p95);
    // A target beside the bars would be drawn at their edge, as if it were there.
    if (target !== null && target >= low && target <= high) {
      const label = text('targetMark', { value: inWords(target) });
      marks.push({ value: target, label, kind: 'target' });
    }
    return marks.sort((a, b) => a.value - b.value);
  }, [p50, p95, bars, target, inWords, text]);
}
