import {
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { Header, Updater } from '@tanstack/react-table';
import { useMemo } from 'react';
import { usePersisted } from '../../state/persisted.ts';
import { COLUMNS } from './columns.tsx';
import type { ActivityColumn } from './columns.tsx';

const features = tableFeatures({
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});
const NO_ROWS: never[] = [];
const NO_SIZES: Readonly<Record<string, number>> = {};
const DEFINITIONS = COLUMNS.map(({ id, width }) => ({
  id,
  size: width,
  minSize: 48,
  maxSize: 640,
  accessorFn: () => null,
}));

/** What the user chose. Without a choice, the width of the list decides. */
interface Chosen {
  readonly visible?: Readonly<Record<string, boolean>>;
  readonly order?: readonly string[];
  readonly sizes?: Readonly<Record<string, number>>;
}

/** A shown column with its width, and what drags its edge. */
export interface ShownColumn extends ActivityColumn {
  readonly size: number;
  readonly isChosenSize: boolean;
  readonly resize: (event: unknown) => void;
}

export interface ColumnChoice {
  readonly shown: readonly ShownColumn[];
  /** All columns in their order, and whether each is shown. */
  readonly all: readonly { readonly column: ActivityColumn; readonly isShown: boolean }[];
  readonly toggle: (id: string) => void;
  readonly move: (id: string, by: -1 | 1) => void;
  readonly reset: () => void;
}

/** The columns of the list, for its width in pixels. */
export function useColumns(width: number): ColumnChoice {
  const [stored, store] = usePersisted('activity.columns');
  const chosen = useMemo(() => parseChosen(stored), [stored]);
  // The same objects while nothing was chosen, because the table and the rows compare them.
  const visible = useMemo(() => chosen.visible ?? defaultVisible(width), [chosen, width]);
  const order = useMemo(() => orderOf(chosen), [chosen]);
  const sizes = chosen.sizes ?? NO_SIZES;
  const state = useMemo(
    () => ({
      columnVisibility: { ...visible },
      columnOrder: [...order],
      columnSizing: { ...sizes },
    }),
    [visible, order, sizes],
  );
  const save = (changes: Chosen): void => store(JSON.stringify({ ...chosen, ...changes }));
  const table = useTable({
    features,
    columns: DEFINITIONS,
    data: NO_ROWS,
    columnResizeMode: 'onChange',
    state,
    onColumnSizingChange: (updater: Updater<Record<string, number>>) =>
      save({ sizes: updated(updater, { ...sizes }) }),
  });
  const headers = table.getLeafHeaders();
  const shown = useMemo(
    () => headers.flatMap((header) => shownColumn(header, sizes)),
    [headers, sizes],
  );
  return {
    shown,
    all: order.flatMap((id) => {
      const column = COLUMNS.find((each) => each.id === id);
      return column === undefined ? [] : [{ column, isShown: visible[id] === true }];
    }),
    toggle: (id) => save({ visible: { ...visible, [id]: visible[id] !== true } }),
    move: (id, by) => save({ order: moved(order, id, by) }),
    reset: () => store(null),
  };
}

function shownColumn(
  header: Header<typeof features, never>,
  sizes: Readonly<Record<string, number>>,
): ShownColumn[] {
  const column = COLUMNS.find(({ id }) => id === header.column.id);
  if (column === undefined || header.isPlaceholder) return [];
  const isChosenSize = sizes[column.id] !== undefined;
  return [{ ...column, size: header.getSize(), isChosenSize, resize: header.getResizeHandler() }];
}

/** Shows as many columns as there is room for. */
function defaultVisible(width: number): Readonly<Record<string, boolean>> {
  return Object.fromEntries(COLUMNS.map(({ id, from }) => [id, from !== null && width >= from]));
}

/** The chosen order, with columns of later versions at the end. */
function orderOf({ order = [] }: Chosen): readonly string[] {
  const ids: readonly string[] = COLUMNS.map(({ id }) => id);
  const known = order.filter((id) => ids.includes(id));
  return [...known, ...ids.filter((id) => !known.includes(id))];
}

function moved(order: readonly string[], id: string, by: -1 | 1): string[] {
  const from = order.indexOf(id);
  const others = order.filter((each) => each !== id);
  others.splice(Math.max(0, from + by), 0, id);
  return others;
}

function updated<T>(updater: Updater<T>, before: T): T {
  return typeof updater === 'function' ? (updater as (old: T) => T)(before) : updater;
}

function parseChosen(stored: string | null): Chosen {
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
