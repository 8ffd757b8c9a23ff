import { useState } from 'react';
import type { Column, Sort } from './Table.tsx';

/** Sorts rows by a column. Unknown values come last in both directions. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { key, direction }: Sort,
): readonly Row[] {
  const column = columns.find((each) => each.key === key);
  if (column === undefined) return rows;
  const sign = direction === 'ascending' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: keyOf(column, row) }));
  keyed.sort((one, other) => {
    if (one.key === null || other.key === null) {
      return Number(one.key === null) - Number(other.key === null);
    }
    return sign * compare(one.key, other.key);
  });
  return keyed.map(({ row }) => row);
}

function keyOf<Row>(column: Column<Row>, row: Row): number | string | null {
  if (column.value !== undefined) return column.value(row);
  return cellText(column, row);
}

/** The text of a cell, where it is known. */
export function cellText<Row>(column: Column<Row>, row: Row): string | null {
  if (column.text !== undefined) return column.text(row);
  const cell = column.cell(row);
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null;
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}

/** Rows in an order that the user changes by the heads: figures begin with the greatest. */
export function useSorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  initial: Sort,
): { readonly rows: readonly Row[]; readonly sort: Sort; readonly onSort: (key: string) => void } {
  const [sort, setSort] = useState(initial);
  const onSort = (key: string): void =>
    setSort((before) => {
      const isNumeric = columns.find((each) => each.key === key)?.numeric === true;
      const first = isNumeric ? 'descending' : 'ascending';
      const second = isNumeric ? 'ascending' : 'descending';
      return { key, direction: before.key === key && before.direction === first ? second : first };
    });
  return { rows: sorted(rows, columns, sort), sort, onSort };
}
