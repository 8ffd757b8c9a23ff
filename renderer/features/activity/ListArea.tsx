import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Loaded.tsx';
import type { ActivityFilters } from './filters.ts';
import { List } from './List.tsx';
import type { ListState } from './list-state.ts';
import type { ColumnChoice } from './use-columns.ts';
import { useOrder } from './use-rows.ts';
import type { Selection } from './use-selection.ts';

/** The list, or why there is none. */
export function ListArea({
  list,
  filters,
  columns,
  selection,
  isNarrow,
}: {
  readonly list: ListState;
  readonly filters: ActivityFilters;
  readonly columns: ColumnChoice;
  readonly selection: Selection;
  readonly isNarrow: boolean;
}): JSX.Element | null {
  const [order, setOrder] = useOrder();
  const { rows } = list;
  const failure = rows.error !== null && <Failed error={rows.error} retry={rows.retry} />;
  if (rows.total === null) return <>{failure}</>;
  if (rows.total === 0 && !rows.isCounting) return <Nothing filters={filters} />;
  return (
    <>
      {failure}
      <List
        // Another filter or order begins at its top.
        key={JSON.stringify([filters.query, order])}
        rows={rows}
        columns={columns.shown}
        isNarrow={isNarrow}
        order={order}
        onOrder={setOrder}
        selected={selection.id}
        compared={selection.other}
        onSelect={selection.select}
        onCompare={selection.compare}
        onTop={list.onTop}
        topKey={list.topKey}
      />
    </>
  );
}

function Nothing({ filters }: { readonly filters: ActivityFilters }): JSX.Element {
  const text = useTranslations('activity');
  if (filters.chips.length === 0) return <EmptyState>{text('empty')}</EmptyState>;
  return (
    <EmptyState action={<Button onClick={filters.clear}>{text('clearFilters')}</Button>}>
      {text('emptyFiltered')}
    </EmptyState>
  );
}
