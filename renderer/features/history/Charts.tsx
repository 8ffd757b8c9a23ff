import { useCallback, useMemo } from 'react';
import type { JSX, Ref } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { History, Interval } from '../../../shared/history.ts';
import { ChartCard } from '../../charts/card/ChartCard.tsx';
import { useColors } from '../../charts/colors/use-colors.ts';
import { timeTable } from '../../charts/export/time-table.ts';
import { ChartGroup } from '../../charts/group/ChartGroup.tsx';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import { ChartAside } from './ChartAside.tsx';
import { chartsOf } from './charts.ts';
import type { ChartSpec, SeriesWords } from './charts.ts';
import type { Ghost } from './ghost.ts';
import css from './history.module.css';
import type { NamedLine } from './lines.ts';
import type { View } from './view.ts';

/** Pixels at the right of each plot, so that those below each other align. */
const LABEL_ROOM = 42;
const GROUPED_LABEL_ROOM = 104;
const HEIGHT = 132;
/** Charts whose title names their unit. */
const COUNTS: ReadonlySet<string> = new Set(['requests', 'tokens', 'errors']);

export interface ChartsProps {
  readonly history: History;
  readonly lines: readonly NamedLine[];
  readonly view: View;
  readonly ghost: Ghost | null;
  readonly onZoom: (range: Interval) => void;
  readonly onZoomOut: () => void;
  readonly onTokens: (side: View['tokens']) => void;
  /** All charts, for a picture of them. */
  readonly ref: Ref<HTMLDivElement>;
}

/** Six charts with one time axis, one crosshair and one zoom. */
export function Charts(props: ChartsProps): JSX.Element {
  const { history, lines, view, ghost, onZoom, onZoomOut, onTokens, ref } = props;
  const words = useSeriesWords();
  const isGrouped = history.lines.length > 0;
  const isFiltered = Object.keys(view.filters).length > 0;
  const { tokens } = view;
  const specs = useMemo(
    () => chartsOf({ history, lines, isGrouped, isFiltered, tokens, ghost, words }),
    [history, lines, isGrouped, isFiltered, tokens, ghost, words],
  );
  const colorOf = useColors(isGrouped ? lines.map(({ key }) => key) : []);
  return (
    <ChartGroup
      range={history}
      onZoom={onZoom}
      onZoomOut={onZoomOut}
      labelRoom={isGrouped ? GROUPED_LABEL_ROOM : LABEL_ROOM}
    >
      <div className={css.charts} ref={ref}>
        {specs.map((spec) => (
          <Card
            key={spec.name}
            {...{ spec, history, colorOf }}
            aside={<ChartAside {...{ history, isGrouped, tokens, onTokens }} chart={spec.name} />}
          />
        ))}
      </div>
    </ChartGroup>
  );
}

function useSeriesWords(): SeriesWords {
  const text = useTranslations('history');
  return useMemo(
    () => ({
      output: text('series.output'),
      input: text('series.input'),
      mean: text('series.mean'),
      least: text('series.least'),
      greatest: text('series.greatest'),
      energy: text('series.energy'),
      requests: text('charts.requests'),
      errors: text('charts.errors'),
    }),
    [text],
  );
}

function useTitle({ name, series }: ChartSpec): string {
  const text = useTranslations('history.charts');
  const isOfGroups = series[0]?.band === undefined && series[0]?.key !== 'p95';
  if (name === 'speed' && isOfGroups) return text('speedOf');
  if (name === 'firstToken' && isOfGroups) return text('firstTokenOf');
  return text(name);
}

function Card({
  spec,
  history,
  colorOf,
  aside,
}: {
  readonly spec: ChartSpec;
  readonly history: History;
  readonly colorOf: (key: string) => string;
  readonly aside: JSX.Element;
}): JSX.Element {
  const text = useTranslations('history');
  const timeLabel = useTranslations('charts')('time');
  const locale = useLocale();
  const title = useTitle(spec);
  const { name, series, format, scale, hasLegend } = spec;
  const unit = text(`units.${spec.unit}`);
  const { at: times, bucketMs, off } = history;
  const table = useCallback(
    (form: 'data' | 'words') =>
      timeTable({ times, series, unit, timeLabel, range: history, locale, format }, form),
    [times, series, unit, timeLabel, history, locale, format],
  );
  return (
    <ChartCard
      title={title}
      {...{ level: 2, aside, table }}
      unit={COUNTS.has(name) ? undefined : unit}
    >
      <TimeChart
        {...{ times, series, unit, format, scale, hasLegend, bucketMs, colorOf }}
        label={title}
        height={HEIGHT}
        offIntervals={off}
        noData={<span>{text(`noValues.${name}`)}</span>}
      />
    </ChartCard>
  );
}
