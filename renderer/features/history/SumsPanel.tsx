import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { foreignName } from '../../../shared/foreign-name.ts';
import type { History } from '../../../shared/history.ts';
import { useColors } from '../../charts/colors/use-colors.ts';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { useSorted } from '../../ui/sorted.ts';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { figureColumns, figuresOfAll } from './figures.ts';
import type { Figures } from './figures.ts';
import css from './history.module.css';
import type { NamedLine } from './lines.ts';

interface Row extends Figures {
  readonly id: string;
  readonly label: string;
  /** Of the series in the charts. */
  readonly color: string | null;
  readonly filter: string | null;
  /** Of the range compared with. */
  readonly isOther: boolean;
}

export interface SumsPanelProps {
  readonly history: History;
  /** Empty without groups. */
  readonly groups: readonly NamedLine[];
  readonly other: { readonly history: History; readonly label: string } | null;
  /** The heading of the names. */
  readonly head: string;
  readonly onFilter: (name: string) => void;
}

/** The sums of the range, by group, beside those of the range compared with. */
export function SumsPanel(props: SumsPanelProps): JSX.Element {
  const { history, other, head, onFilter } = props;
  const text = useTranslations('history');
  const { rows, total } = useRows(props);
  const all = [total, ...rows];
  const columns: readonly Column<Row>[] = [
    {
      ...{ key: 'name', head, narrow: 'lead' },
      text: ({ label }) => label,
      cell: (row) => <Name row={row} onFilter={onFilter} />,
    },
    ...figureColumns((name) => text(`table.${name}`), history.currency, all),
  ];
  const sorted = useSorted(rows, columns, { key: '', direction: 'descending' });
  // A row of the other range belongs below its own.
  const order = other === null ? { sort: sorted.sort, onSort: sorted.onSort } : {};
  const shown = other === null ? sorted.rows : rows;
  return (
    <Panel title={text('table.sums')} aside={<CopyMarkdown columns={columns} rows={all} />}>
      <Table<Row>
        caption={text('table.sums')}
        {...{ columns, rows: shown, sum: total }}
        rowKey={({ id }) => id}
        rowAttributes={({ label }) => ({ 'data-group': label })}
        {...order}
      />
      {all.some(({ energyJoules }) => energyJoules !== null) && (
        <Note footnote>{text('table.estimated')}</Note>
      )}
    </Panel>
  );
}

function useRows({ history, groups, other }: SumsPanelProps): {
  readonly rows: readonly Row[];
  readonly total: Row;
} {
  const text = useTranslations('history.table');
  const colorOf = useColors(groups.map(({ key }) => key));
  const plain = { color: null, filter: null, isOther: false };
  const total: Row = {
    ...{ id: 'total', label: text(other === null ? 'all' : 'shown'), ...plain },
    ...figuresOfAll(history.total),
  };
  const otherRow = (id: string, line: History['total'] | undefined): Row[] =>
    other === null || line === undefined
      ? []
      : [{ ...plain, id, label: other.label, isOther: true, ...figuresOfAll(line) }];
  const rows = groups.flatMap(({ key, label, line, filter }): Row[] => [
    {
      id: `line ${key}`,
      label,
      color: colorOf(key),
      filter,
      isOther: false,
      ...figuresOfAll(line),
    },
    ...otherRow(
      `other ${key}`,
      other?.history.lines.find(
        ({ name, isOthers }) => name === line.name && isOthers === line.isOthers,
      ),
    ),
  ]);
  return { rows: [...otherRow('other', other?.history.total), ...rows], total };
}

function Name({
  row: { label, color, filter, isOther },
  onFilter,
}: {
  readonly row: Row;
  readonly onFilter: (name: string) => void;
}): JSX.Element {
  const text = useTranslations('history');
  if (isOther) return <span className={css.other}>{label}</span>;
  return (
    <span className={css.name}>
      {color !== null && <span className={css.swatch} style={{ background: color }} />}
      {filter === null ? (
        <LongName>{label}</LongName>
      ) : (
        <button
          type="button"
          className={css.filter}
          aria-label={text('filterBy', { name: foreignName(label) })}
          onClick={() => onFilter(filter)}
        >
          <LongName>{label}</LongName>
        </button>
      )}
    </span>
  );
}
