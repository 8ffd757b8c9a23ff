import { useMemo } from 'react';
import type { JSX } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { formatFigure } from '../../../shared/format.ts';
import type { History } from '../../../shared/history.ts';
import { formatMoment } from '../../charts/time/readings.ts';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { figureColumns, figuresAt } from './figures.ts';
import type { Figures } from './figures.ts';

const SHOWN = 12;

interface Row extends Figures {
  readonly at: number;
  /** Mean of all GPUs. */
  readonly watts: number | null;
}

/** The data of the charts by step, the newest first. Steps of which nothing is known are left out. */
export function StepsPanel({ history }: { readonly history: History }): JSX.Element {
  const text = useTranslations('history');
  const rows = useMemo(() => stepsOf(history), [history]);
  const columns = useColumns(history, rows);
  const { shown, toggle } = useExpandable(rows, SHOWN);
  return (
    <Panel title={text('table.steps')} aside={<CopyMarkdown columns={columns} rows={rows} />}>
      <Table<Row>
        caption={text('table.steps')}
        columns={columns}
        rows={shown}
        rowKey={({ at }) => at}
        rowAttributes={({ at }) => ({ 'data-at': String(at) })}
      />
      {toggle}
    </Panel>
  );
}

function stepsOf({ at, total, gpu }: History): readonly Row[] {
  return at
    .map((start, index): Row => {
      const watts = gpu.powerW.mean[index] ?? null;
      return { at: start, watts, ...figuresAt(total, index) };
    })
    .filter(({ requests, watts }) => requests !== null || watts !== null)
    .reverse();
}

function useColumns(history: History, rows: readonly Row[]): readonly Column<Row>[] {
  const text = useTranslations('history');
  const locale = useLocale();
  const { bucketMs, currency } = history;
  const hasPower = rows.some(({ watts }) => watts !== null);
  return [
    {
      ...{ key: 'time', head: text('table.time'), narrow: 'lead' },
      cell: ({ at }) => formatMoment(at, history, bucketMs, locale),
    },
    ...figureColumns((name) => text(`table.${name}`), currency, rows),
    ...(hasPower
      ? [
          {
            ...{ key: 'watts', head: text('table.power'), unit: text('units.watts') },
            ...({ width: '64px', numeric: true, narrow: 'keep' } as const),
            value: ({ watts }: Row) => watts,
            cell: ({ watts }: Row) => formatFigure(watts),
          },
        ]
      : []),
  ];
}
