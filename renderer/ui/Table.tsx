import type { CSSProperties, JSX, ReactNode } from 'react';
import { foreignText } from '../../shared/foreign-name.ts';
import css from './Table.module.css';
import { VisuallyHidden } from './VisuallyHidden.tsx';

/** A column. Widths are fixed, so changing figures do not move their neighbours. */
export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  /** The head is for screen readers only, because the cells explain themselves. */
  readonly isHeadHidden?: boolean;
  readonly unit?: string;
  /** CSS width. The one column without a width takes the rest. */
  readonly width?: string;
  /** Aligned at the end, so that digits align. */
  readonly numeric?: boolean;
  /** Text wraps onto further lines. Other text is cut off where it does not fit. */
  readonly wraps?: boolean;
  /** Position in a narrow table: first line, end of the first line, second line, or hidden. */
  readonly narrow: 'lead' | 'leadEnd' | 'keep' | 'drop';
  /** Hidden as soon as many columns would leave no room for the one without a width. */
  readonly isSpare?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The unformatted figure, for sorting, tests and scripts. */
  readonly value?: (row: Row) => number | null;
  /** The text of a cell where `cell` is not text: for sorting and as Markdown. */
  readonly text?: (row: Row) => string;
  /** False if the table cannot be sorted by this column. */
  readonly sortable?: boolean;
}

/** Of the column without a width. */
const WIDEST_REST = '640px';

/** The order of a table's rows. */
export interface Sort {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

export interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly rowAttributes?: (row: Row) => Record<`data-${string}`, string>;
  /** A row of sums above the others. */
  readonly sum?: Row;
  /** The order of the rows, which the owner sorts; see `useSorted`. */
  readonly sort?: Sort;
  readonly onSort?: (key: string) => void;
}

/** A dense table that folds into two lines a row where it is narrow. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { columns, rows, rowKey, sum, rowAttributes } = props;
  const kept = columns.filter((column) => column.narrow === 'keep');
  const classes = new Map(columns.map((column) => [column.key, cellClass(column, kept[0])]));
  const classOf = (column: Column<Row>): string | undefined => classes.get(column.key);
  const withEnd = columns.some((column) => column.narrow === 'leadEnd');
  const rowClass = [css.row, withEnd ? css.withEnd : ''].join(' ');
  const cells = (row: Row): JSX.Element[] =>
    columns.map((column) => (
      <Cell key={column.key} column={column} row={row} className={classOf(column)} />
    ));
  const style: CSSProperties & Record<'--kept' | '--most', string | number> = {
    '--kept': kept.length,
    '--most': mostWidth(columns),
  };
  // `display: grid` removes the elements' own roles in browsers, so they are given explicitly.
  return (
    <div className={css.frame} style={style}>
      <table role="table" className={css.table}>
        <caption>
          <VisuallyHidden>{props.caption}</VisuallyHidden>
        </caption>
        <Head {...props} rowClass={rowClass} classOf={classOf} />
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

type HeadProps<Row> = Pick<TableProps<Row>, 'columns' | 'sort' | 'onSort'> & {
  readonly rowClass: string;
  readonly classOf: (column: Column<Row>) => string | undefined;
};

function Head<Row>({ columns, sort, onSort, rowClass, classOf }: HeadProps<Row>): JSX.Element {
  return (
    <thead role="rowgroup">
      <tr role="row" className={`${rowClass} ${css.heads ?? ''}`}>
        {columns.map((column) => (
          <th
            key={column.key}
            role="columnheader"
            scope="col"
            className={classOf(column)}
            style={widthOf(column)}
            aria-sort={sort?.key === column.key ? sort.direction : undefined}
          >
            {onSort === undefined || column.sortable === false ? (
              <HeadText column={column} />
            ) : (
              <button type="button" className={css.sort} onClick={() => onSort(column.key)}>
                <HeadText column={column} />
              </button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function HeadText<Row>({ column }: { readonly column: Column<Row> }): JSX.Element {
  if (column.isHeadHidden === true) return <VisuallyHidden>{column.head}</VisuallyHidden>;
  return (
    <>
      {column.head}
      {column.unit !== undefined && <span className={css.unit}> {column.unit}</span>}
    </>
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
  const shown = column.cell(row);
  return (
    <td
      role="cell"
      className={className}
      data-col={column.key}
      data-value={column.value?.(row) ?? undefined}
    >
      {typeof shown === 'string' ? foreignText(shown) : shown}
    </td>
  );
}

/** In a wider table the eye loses the row between its name and its figures. */
function mostWidth<Row>(columns: readonly Column<Row>[]): string {
  return `calc(${columns.map(({ width = WIDEST_REST }) => width).join(' + ')})`;
}

/** A CSS variable, so the style sheet can ignore it where the table folds. */
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
    column.isSpare === true ? css.spare : '',
  ].join(' ');
}
