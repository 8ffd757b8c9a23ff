import { useMemo } from 'react';
import type { JSX } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { hourText } from '../../../shared/clock-text.ts';
import { formatCompact, formatCount, formatMarked } from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import type { Heatmap, Interval } from '../../../shared/history.ts';
import { HeatMap } from '../../charts/simple/HeatMap.tsx';
import type { HeatMapRow } from '../../charts/simple/HeatMap.tsx';
import { useApiData } from '../../state/api.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import css from './history.module.css';
import type { Filters, HeatmapFigure } from './view.ts';

const HOUR_MS = 3_600_000;

const FORMATS: Readonly<Record<HeatmapFigure, (value: number | null) => string>> = {
  requests: formatCount,
  tokens: formatCompact,
  energyJoules: (joules) => formatMarked(formatWattHours(joules), 'estimated'),
};

export interface HeatmapPanelProps {
  readonly range: Interval;
  readonly filters: Filters;
  readonly hasJob: boolean;
  readonly figure: HeatmapFigure;
  readonly onFigure: (figure: HeatmapFigure) => void;
}

/** Use by day and hour. Its question changes once an hour. */
export function HeatmapPanel(props: HeatmapPanelProps): JSX.Element {
  const { range, filters, hasJob, figure, onFigure } = props;
  const text = useTranslations('history.heatmap');
  const isOne = Object.keys(filters).length <= 1 && filters.session === undefined;
  const isAnswerable = isOne && !hasJob;
  const result = useApiData<Heatmap>(
    '/history/heatmap',
    {
      from: Math.floor(range.from / HOUR_MS) * HOUR_MS,
      to: Math.ceil(range.to / HOUR_MS) * HOUR_MS,
      ...filters,
    },
    { enabled: isAnswerable },
  );
  return (
    <Panel
      title={text('title')}
      aside={
        <SegmentedControl<HeatmapFigure>
          legend={text('figure')}
          value={figure}
          onChange={onFigure}
          options={[
            { value: 'tokens', label: text('tokens') },
            { value: 'requests', label: text('requests') },
            { value: 'energyJoules', label: text('energy') },
          ]}
        />
      }
    >
      {isAnswerable ? (
        <Loaded result={result}>{(heatmap) => <Days {...{ heatmap, figure }} />}</Loaded>
      ) : (
        <Note>{text('tooMany')}</Note>
      )}
    </Panel>
  );
}

function Days({
  heatmap: { days },
  figure,
}: {
  readonly heatmap: Heatmap;
  readonly figure: HeatmapFigure;
}): JSX.Element {
  const text = useTranslations('history');
  const locale = useLocale();
  const units = { requests: 'requests', tokens: 'tokens', energyJoules: 'wattHours' } as const;
  const name = { requests: 'requests', tokens: 'tokens', energyJoules: 'energy' } as const;
  const unit = text(`units.${units[figure]}`);
  const format = FORMATS[figure];
  const rows = useMemo(() => rowsOf(days, figure, locale), [days, figure, locale]);
  const values = rows.flatMap((row) => row.values);
  const hours = useMemo(() => Array.from({ length: 24 }, (_, hour) => hourText(hour)), []);
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0);
  return (
    <div className={css.map}>
      <HeatMap
        {...{ rows, format }}
        columns={hours}
        columnStep={3}
        label={text('heatmap.label', { figure: text(`heatmap.${name[figure]}`) })}
        rowHeading={text('heatmap.day')}
        describe={({ label, values: own }, column) =>
          text('heatmap.cell', {
            day: label,
            hour: hours[column] ?? '',
            value: `${format(own[column] ?? null)} ${unit}`,
          })
        }
        scaleLabels={['0', `${format(most)} ${unit}`]}
        noData={<span>{text('heatmap.empty')}</span>}
      />
    </div>
  );
}

/** The newest day first. */
function rowsOf(days: Heatmap['days'], figure: HeatmapFigure, locale: string): HeatMapRow[] {
  const format = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  return days
    .map((day) => ({ label: format.format(new Date(`${day.day}T12:00`)), values: day[figure] }))
    .reverse();
}
