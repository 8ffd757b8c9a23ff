import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  formatCompact,
  formatRate,
  formatRateValue,
  formatTokens,
} from '../../../../shared/format.ts';
import type { SpeedByContext } from '../../../../shared/history.ts';
import { ChartCard } from '../../../charts/card/ChartCard.tsx';
import { ScatterChart } from '../../../charts/simple/ScatterChart.tsx';
import type { ScatterPoint } from '../../../charts/simple/ScatterChart.tsx';
import { useApiData } from '../../../state/api.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Panel } from '../../../ui/Panel.tsx';

const DAYS = 30;
const REFRESH_MS = 60_000;

/** How a long conversation slows the model down. */
export function ContextPanel({ name }: { readonly name: string }): JSX.Element {
  const text = useTranslations('models');
  const query = { model: name, days: DAYS };
  const result = useApiData<SpeedByContext>('/history/speed-by-context', query, {
    everyMs: REFRESH_MS,
  });
  return (
    <Panel title={text('context.title')}>
      <Loaded result={result}>{(data) => <Chart data={data} />}</Loaded>
    </Panel>
  );
}

function Chart({ data }: { readonly data: SpeedByContext }): JSX.Element {
  const text = useTranslations('models');
  const { points, median } = useDrawn(data);
  const moments = useMemo(() => new Map(data.points.map(({ id, at }) => [String(id), at])), [data]);
  const describe = ({ id, x, y }: ScatterPoint): readonly string[] => [
    text('context.point', { speed: formatRate(y), context: formatTokens(x) }),
    text('context.at', { at: new Date(moments.get(id) ?? 0) }),
  ];
  const words = { count: data.exchanges, days: DAYS };
  return (
    <>
      <ChartCard
        title={text('context.chart')}
        unit={text('units.rate')}
        table={() => ({
          columns: [text('context.unit'), text('units.rate')],
          rows: points.map(({ x, y }) => [x, y]),
        })}
      >
        <ScatterChart
          {...{ points, median, describe }}
          label={text('context.title')}
          xUnit={text('context.unit')}
          formatX={formatCompact}
          formatY={formatRateValue}
          noData={<span>{text('context.none', { days: DAYS })}</span>}
        />
      </ChartCard>
      {points.length > 0 && (
        <Note footnote>{text(data.isSample ? 'context.sample' : 'context.all', words)}</Note>
      )}
    </>
  );
}

function useDrawn({ points, bins }: SpeedByContext): {
  readonly points: readonly ScatterPoint[];
  readonly median: readonly { readonly x: number; readonly y: number }[];
} {
  return useMemo(
    () => ({
      points: points.flatMap(({ id, contextTokens: x, outputTokensPerSecond: y }) =>
        y === null ? [] : [{ id: String(id), x, y }],
      ),
      // The middle of a bin on its logarithmic axis.
      median: bins.flatMap(({ from, to, outputTokensPerSecond: { p50: y } }) =>
        y === null ? [] : [{ x: Math.sqrt(Math.max(1, from) * to), y }],
      ),
    }),
    [points, bins],
  );
}
