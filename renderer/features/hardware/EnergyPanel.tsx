import { memo, useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatFigure } from '../../../shared/format.ts';
import type { EnergyDays } from '../../../shared/energy-days.ts';
import { ChartCard } from '../../charts/card/ChartCard.tsx';
import { timeTable } from '../../charts/export/time-table.ts';
import { ChartGroup } from '../../charts/group/ChartGroup.tsx';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { useChartKit } from '../../charts/kit.tsx';
import { TimeChart } from '../../charts/time/TimeChart.tsx';
import { useParam } from '../../state/address.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Table } from '../../ui/Table.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { EXTRA_COLUMNS, useEnergyColumns } from './energy-columns.ts';
import type { ExtraColumn } from './energy-columns.ts';
import { energyRows, energySeries } from './energy-rows.ts';
import type { EnergyRow, EnergyRows } from './energy-rows.ts';
import css from './hardware.module.css';
import { IdleInsights } from './IdleInsights.tsx';
import { useCloudDays, useDevices, useEnergyDays } from './use-hardware.ts';

const DAY_MS = 86_400_000;
const SHOWN = 14;
const HEIGHT = 132;

export interface EnergyPanelProps {
  readonly range: TimeRange;
  /** The index of a GPU; anything else is all of them. */
  readonly device: string;
  readonly onZoom: (range: TimeRange) => void;
}

/** Where the energy of each day went, and what it cost. */
export const EnergyPanel = memo(function EnergyPanel({
  range,
  device,
  onZoom,
}: EnergyPanelProps): JSX.Element {
  const text = useTranslations('hardware.energy');
  const [extra, toggle] = useExtraColumns();
  const result = useEnergyDays(range);
  const cloud = useCloudDays(range, extra.includes('cloud'));
  const devices = useDevices().data?.devices ?? [];
  const chosen = devices.find(({ index }) => String(index) === device) ?? null;
  return (
    <Panel
      title={text('title')}
      aside={
        <Columns
          {...{ extra, toggle }}
          hasWall={result.data?.totals.some((each) => each.device === 'wall') ?? false}
        />
      }
    >
      <IdleInsights />
      <Loaded result={result} isStale={false}>
        {(days) => (
          <Days
            {...{ days, extra, onZoom }}
            {...energyRows(days, chosen?.energyDevice ?? null, cloud.data ?? null)}
          />
        )}
      </Loaded>
    </Panel>
  );
});

/** The extra columns, in the address. */
function useExtraColumns(): [readonly ExtraColumn[], (column: ExtraColumn) => void] {
  const [param, setParam] = useParam('columns', '');
  const extra = EXTRA_COLUMNS.filter((column) => param.split(',').includes(column));
  const toggle = (column: ExtraColumn): void => {
    const next = EXTRA_COLUMNS.filter((each) => extra.includes(each) !== (each === column));
    setParam(next.join(','), { replace: true });
  };
  return [extra, toggle];
}

function Columns({
  extra,
  toggle,
  hasWall,
}: {
  readonly extra: readonly ExtraColumn[];
  readonly toggle: (column: ExtraColumn) => void;
  readonly hasWall: boolean;
}): JSX.Element {
  const text = useTranslations('hardware.energy.columns');
  return (
    <div className={css.toggles} role="group" aria-label={text('label')}>
      {EXTRA_COLUMNS.filter((column) => column !== 'wall' || hasWall).map((column) => (
        <Toggle
          key={column}
          label={text(column)}
          isOn={extra.includes(column)}
          onChange={() => toggle(column)}
        />
      ))}
    </div>
  );
}

interface DaysProps extends EnergyRows {
  readonly days: EnergyDays;
  readonly extra: readonly ExtraColumn[];
  readonly onZoom: (range: TimeRange) => void;
}

function Days({ days, rows, sum, extra, onZoom }: DaysProps): JSX.Element {
  const text = useTranslations('hardware.energy');
  const columns = useEnergyColumns(extra);
  const { shown, toggle } = useExpandable(rows, SHOWN);
  if (rows.length === 0) return <EmptyState>{text('empty')}</EmptyState>;
  const isPriced = rows.some(({ cost }) => cost.length > 0);
  return (
    <>
      <ChartGroup range={days} onZoom={onZoom}>
        <DaysChart {...{ days, rows }} />
      </ChartGroup>
      <Table
        caption={text('caption')}
        columns={columns}
        rows={shown}
        rowKey={({ day }) => day ?? ''}
        rowAttributes={({ day }) => ({ 'data-day': day ?? '' })}
        {...(sum === null ? {} : { sum })}
      />
      {toggle}
      <Note footnote>
        {text('wholeDays', { from: days.from, to: days.to - 1 })}{' '}
        {extra.includes('cloud') && text('cloudNote')}{' '}
        {!isPriced && (
          <a className={css.link} href={`#${addressOf('settings', 'cost')}`}>
            {text('setTariff')}
          </a>
        )}{' '}
        <CopyMarkdown columns={columns} rows={sum === null ? rows : [...rows, sum]} />
      </Note>
    </>
  );
}

function DaysChart({
  days,
  rows,
}: {
  readonly days: EnergyDays;
  readonly rows: readonly EnergyRow[];
}): JSX.Element {
  const text = useTranslations('hardware.energy');
  const { locale, labels } = useChartKit();
  const data = useMemo(() => {
    const words = { attributed: text('attributed'), idle: text('idle'), other: text('other') };
    return { ...energySeries(rows, words), format: formatFigure, unit: 'Wh' };
  }, [rows, text]);
  return (
    <ChartCard
      title={text('chart')}
      unit="Wh"
      table={(form) => timeTable({ ...data, range: days, locale, timeLabel: labels.time }, form)}
    >
      <TimeChart
        {...data}
        label={text('chart')}
        height={HEIGHT}
        bucketMs={DAY_MS}
        noData={text('empty')}
      />
    </ChartCard>
  );
}
