import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  UNKNOWN,
  formatBytes,
  formatCompact,
  formatDuration,
  formatMarked,
  formatMoment,
  formatPercent,
  formatRateValue,
  known,
  threeFigures,
} from '../../../shared/format.ts';
import type { ModelRow } from '../../../shared/models-view.ts';
import { Sparkline } from '../../charts/simple/Sparkline.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import type { Column } from '../../ui/Table.tsx';
import { timeWidth } from '../../ui/time-width.ts';
import { stateRank, stateText } from './model-state.ts';
import css from './Models.module.css';
import { ModelName } from './ModelName.tsx';
import { ModelState } from './ModelState.tsx';
import type { ModelActions } from './use-model-actions.tsx';

const CHANGE = 0.05;

type Text = ReturnType<typeof useTranslations<'models'>>;
/** How much room there is. */
export type Room = 'all' | 'some' | 'few';

interface ColumnsOptions {
  readonly room: Room;
  readonly now: number;
  readonly entries: ModelActions['entries'];
}

/** Columns that are left out where there is little room. */
const LEFT_OUT: Readonly<Record<Room, readonly string[]>> = {
  all: [],
  some: ['quantization', 'energy'],
  few: ['quantization', 'energy', 'context', 'trend', 'tokens', 'firstToken'],
};

/** The columns of the table of models. */
export function useColumns({ room, now, entries }: ColumnsOptions): readonly Column<ModelRow>[] {
  const text = useTranslations('models');
  const all = [
    nameColumn(text),
    ...madeOf(text),
    ...measured(text),
    lastUsed(text, now),
    actionsColumn(text, entries),
  ];
  return all.filter(({ key }) => !LEFT_OUT[room].includes(key));
}

function nameColumn(text: Text): Column<ModelRow> {
  return {
    ...{ key: 'model', head: text('columns.model'), narrow: 'lead' },
    cell: (model) => <ModelName model={model} />,
    text: ({ name }) => name,
  };
}

function madeOf(text: Text): Column<ModelRow>[] {
  return [
    {
      ...{ key: 'state', head: text('columns.state'), width: '148px', narrow: 'keep' },
      cell: (model) => <ModelState model={model} />,
      value: stateRank,
      text: (model) => text(`state.${stateText(model)}`),
    },
    {
      ...{ key: 'size', head: text('columns.size'), width: '76px', narrow: 'keep', numeric: true },
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
      value: ({ sizeBytes }) => sizeBytes,
    },
    quantization(text),
    {
      ...{ key: 'context', head: text('columns.context'), width: '68px', numeric: true },
      narrow: 'drop',
      cell: ({ contextMaximum }) => formatCompact(contextMaximum),
      value: ({ contextMaximum }) => contextMaximum,
    },
  ];
}

export function quantization(text: Text): Column<ModelRow> {
  return {
    ...{ key: 'quantization', head: text('columns.quantization'), width: '76px', narrow: 'drop' },
    cell: (model) => model.quantization ?? UNKNOWN,
  };
}

function measured(text: Text): Column<ModelRow>[] {
  return [
    {
      ...{ key: 'tokens', head: text('columns.tokens'), width: '72px', numeric: true },
      narrow: 'drop',
      cell: (model) => formatCompact(model.outputTokens),
      value: (model) => model.outputTokens,
    },
    speedColumn(text),
    trendColumn(text),
    firstTokenColumn(text),
    energyColumn(text),
  ];
}

export function speedColumn(text: Text): Column<ModelRow> {
  return {
    ...{ key: 'speed', head: text('columns.speed'), unit: text('units.rate'), width: '64px' },
    ...{ numeric: true, narrow: 'keep' },
    cell: (model) => formatRateValue(model.outputTokensPerSecond),
    value: (model) => model.outputTokensPerSecond,
  };
}

export function firstTokenColumn(text: Text): Column<ModelRow> {
  return {
    ...{ key: 'firstToken', head: text('columns.firstToken'), unit: text('units.median') },
    ...{ width: '76px', numeric: true, narrow: 'drop' },
    cell: (model) => formatDuration(model.timeToFirstTokenMs),
    value: (model) => model.timeToFirstTokenMs,
  };
}

export function energyColumn(text: Text): Column<ModelRow> {
  return {
    ...{ key: 'energy', head: text('columns.energy'), unit: text('units.energy'), width: '76px' },
    ...{ numeric: true, narrow: 'drop' },
    cell: ({ wattHoursPerThousandTokens: energy }) =>
      known(energy) ? formatMarked(threeFigures(energy), 'estimated') : UNKNOWN,
    value: (model) => model.wattHoursPerThousandTokens,
  };
}

function trendColumn(text: Text): Column<ModelRow> {
  return {
    ...{ key: 'trend', head: text('columns.trend'), width: '92px', narrow: 'drop' },
    cell: (model) => <Trend model={model} text={text} />,
    value: ({ trend }) => trend,
    text: ({ trend }) => (trend === null ? '' : trendText(trend, text)),
  };
}

function Trend({ model, text }: { readonly model: ModelRow; readonly text: Text }): JSX.Element {
  const { name, trend, dailyOutputTokensPerSecond: values } = model;
  if (!values.some(known)) return <>{UNKNOWN}</>;
  const isSlower = trend !== null && trend < -CHANGE;
  return (
    <span title={trend === null ? undefined : trendText(trend, text)}>
      <Sparkline
        values={values}
        label={text('trend.label', { name })}
        width={80}
        color={isSlower ? 'var(--warn)' : 'var(--output)'}
      />
    </span>
  );
}

/** A change of the speed: "12 % slower than before". */
export function trendText(trend: number, text: Text): string {
  const percent = formatPercent(Math.abs(trend) * 100);
  return text(trend < 0 ? 'trend.down' : 'trend.up', { percent });
}

function lastUsed(text: Text, now: number): Column<ModelRow> {
  return {
    ...{
      key: 'lastUsed',
      head: text('columns.lastUsed'),
      width: `${timeWidth(88)}px`,
      narrow: 'keep',
    },
    numeric: true,
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? UNKNOWN : formatMoment(lastUsedAt, now)),
    value: ({ lastUsedAt }) => lastUsedAt,
  };
}

function actionsColumn(text: Text, entries: ModelActions['entries']): Column<ModelRow> {
  return {
    ...{ key: 'actions', head: text('columns.actions'), isHeadHidden: true, width: '40px' },
    ...{ narrow: 'leadEnd', sortable: false },
    cell: (model) => (
      <span className={css.actions}>
        <MenuButton label={text('actions.menu', { name: model.name })} entries={entries(model)} />
      </span>
    ),
    text: () => '',
  };
}
