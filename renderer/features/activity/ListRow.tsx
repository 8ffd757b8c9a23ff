import { memo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { foreignText } from '../../../shared/foreign-name.ts';
import { formatDuration, formatRate } from '../../../shared/format.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { useNow } from '../../state/clock.ts';
import { classNames } from '../../ui/class-name.ts';
import { LongName } from '../../ui/LongName.tsx';
import { COLUMNS, timeText } from './columns.tsx';
import css from './List.module.css';
import { Outcome } from './outcome.tsx';
import type { ShownColumn } from './use-columns.ts';

/** The id of a row's element, for `aria-activedescendant`. */
export function rowElementId(id: number): string {
  return `activity-${id}`;
}

interface RowProps {
  /** Null while it is loaded. */
  readonly row: ActivityRecord | null;
  readonly index: number;
  /** Distance from the top of the list, pixels. */
  readonly top: number;
  readonly columns: readonly ShownColumn[];
  readonly isNarrow: boolean;
  readonly mark: 'selected' | 'compared' | null;
  readonly onSelect: (id: number) => void;
  readonly onCompare: (id: number) => void;
}

/** One row of the list. With Shift, a click compares it with the selected one. */
export const ListRow = memo(function ListRow(props: RowProps): JSX.Element {
  const { row, index, top, isNarrow, mark, onSelect, onCompare } = props;
  return (
    <div
      role="row"
      id={row === null ? undefined : rowElementId(row.id)}
      aria-rowindex={index + 2}
      aria-selected={mark === 'selected'}
      className={classNames(css.row, isNarrow && css.narrowRow, mark !== null && css[mark])}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => {
        if (row === null) return;
        if (event.shiftKey) onCompare(row.id);
        else onSelect(row.id);
      }}
    >
      {row === null ? (
        <Placeholder />
      ) : isNarrow ? (
        <Lines row={row} />
      ) : (
        <Cells row={row} columns={props.columns} />
      )}
    </div>
  );
});

function Placeholder(): JSX.Element {
  const text = useTranslations('activity');
  return (
    <div role="gridcell" className={css.placeholder} aria-busy="true">
      <span aria-hidden="true" className={css.bar} />
      <span className={css.loadingText}>{text('loadingRow')}</span>
    </div>
  );
}

const Cells = memo(function Cells({
  row,
  columns,
}: {
  readonly row: ActivityRecord;
  readonly columns: readonly ShownColumn[];
}): JSX.Element {
  const now = useNow(false);
  return (
    <>
      {columns.map((column) => {
        const said = foreignText(column.text(row, now));
        return (
          <div
            key={column.id}
            role="gridcell"
            data-col={column.id}
            className={classNames(css.cell, column.numeric && css.numeric)}
            title={column.cell === undefined ? said : undefined}
          >
            {column.cell?.(row) ?? said}
          </div>
        );
      })}
    </>
  );
});

/** A row in two lines, for a narrow window. */
const Lines = memo(function Lines({ row }: { readonly row: ActivityRecord }): JSX.Element {
  const now = useNow(false);
  const said = (id: string): string => COLUMNS.find((each) => each.id === id)?.text(row, now) ?? '';
  const figures = [
    `${said('input')} → ${said('output')}`,
    formatRate(row.rates.outputTokensPerSecond),
    formatDuration(row.timing.durationMs),
  ];
  return (
    <div role="gridcell" className={css.lines}>
      <span className={css.line}>
        <LongName>{row.model ?? row.endpoint}</LongName>
        <Outcome row={row} />
      </span>
      <span className={classNames(css.line, css.small)}>
        <time>{timeText(row.completedAt, now)}</time>
        <span>{figures.join(' · ')}</span>
      </span>
    </div>
  );
});
