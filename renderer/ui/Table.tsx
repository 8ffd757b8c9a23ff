import type { CSSProperties, JSX, ReactNode } from 'react';
import css from './Table.module.css';
import { VisuallyHidden } from './VisuallyHidden.tsx';

/** A column. Widths are fixed so that figures which change do not push each other about. */
export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly unit?: string;
  /** CSS width; the one column without it takes what is left. */
  readonly width?: string;
  /** Figures stand at the end, so that their digits align. */
  readonly numeric?: boolean;
  /** Text that takes as many lines as it needs; other text is cut where it does not fit. */
  readonly wraps?: boolean;
  /** Its place where the table is narrow: the first line, its end, the second line, or nowhere. */
  readonly narrow: 'lead' | 'leadEnd' | 'keep' | 'drop';
  readonly cell: (row: Row) => ReactNode;
  /** The unformatted figure, for tests and scripts. */
  readonly value?: (row: Row) => number | null;
}

export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly rowAttributes?: (row: Row) => Record<`data-${string}`, string>;
  /** A row of sums above the others. */
  readonly sum?: Row;
}

/** A dense table that folds into two lines a row where it is narrow. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { columns, rows, rowKey, sum, rowAttributes } = props;
  const kept = columns.filter((column) => column.narrow === 'keep');
  const place = new Map(columns.map((column) => [column.key, cellClass(column, kept[0])]));
  const withEnd = columns.some((column) => column.narrow === 'leadEnd');
  const rowClass = [css.row, withEnd ? css.withEnd : ''].join(' ');
  const cells = (row: Row): JSX.Element[] =>
    columns.map((column) => (
      <Cell key={column.key} column={column} row={row} className={place.get(column.key)} />
    ));
  const style: CSSProperties & Record<'--kept', number> = { '--kept': kept.length };
  // The roles repeat the elements' own, which `display: grid` would take away.
  return (
    <div className={css.frame} style={style}>
      <table role="table" className={css.table}>
        <caption>
          <VisuallyHidden>{props.caption}</VisuallyHidden>
        </caption>
        <thead role="rowgroup">
          <tr role="row" className={`${rowClass} ${css.heads ?? ''}`}>
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                className={place.get(column.key)}
                style={widthOf(column)}
              >
                {column.head}
                {column.unit !== undefined && <span className={css.unit}> {column.unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className={css.body}>
          {sum !== undefined && (
            <tr role="row" className={`${rowClass} ${css.sum ?? ''}`}>
              {cells(sum)}
            </tr>
          )}
          {rows.map((row) => (
            <tr role="row" key={rowKey(row)} className={rowClass} {...rowAttributes?.(row)}>
              {cells(row)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({
  column,
  row,
  className,
}: {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly className: string | undefined;
}): JSX.Element {
  return (
    <td
      role="cell"
      className={className}
      data-col={column.key}
      data-value={column.value?.(row) ?? undefined}
    >
      {column.cell(row)}
    </td>
  );
}

/** A variable, so that the style sheet can let go of it where the table folds. */
function widthOf<Row>({ width }: Column<Row>): CSSProperties & Partial<Record<'--width', string>> {
  return width === undefined ? {} : { '--width': width };
}

function cellClass<Row>(column: Column<Row>, firstKept: Column<Row> | undefined): string {
  return [
    css.cell,
    css[column.narrow],
    column.numeric === true ? css.end : '',
    column.wraps === true ? css.wraps : '',
    column === firstKept ? css.firstKept : '',
  ].join(' ');
}
