import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelRow, ModelsOverview } from '../../../shared/models-view.ts';
import { useParam } from '../../state/address.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useMedia } from '../../ui/media.ts';
import { Panel } from '../../ui/Panel.tsx';
import { sorted } from '../../ui/sorted.ts';
import { Table } from '../../ui/Table.tsx';
import type { Column, Sort } from '../../ui/Table.tsx';
import { useColumns } from './columns.tsx';
import type { Room } from './columns.tsx';
import { pinnedFirst, shownModels } from './rows.ts';
import type { ModelsView } from './rows.ts';
import { useModelActions } from './use-model-actions.tsx';
import { useToday } from './use-today.ts';

const LATEST_FIRST = '-lastUsed';

/** The table of models. */
export function ModelsTable({
  overview: { models, managers },
  view,
}: {
  readonly overview: ModelsOverview;
  readonly view: ModelsView;
}): JSX.Element {
  const text = useTranslations('models');
  const { entries, dialog } = useModelActions(managers);
  const columns = useColumns({ room: useRoom(), now: useToday(), entries });
  const { sort, onSort } = useAddressSort(columns);
  const shown = shownModels(models, view.filter, view.search);
  const rows = pinnedFirst(sorted(shown, columns, sort));
  const copied = columns.filter(({ key }) => key !== 'actions');
  return (
    <Panel
      title={text('list')}
      aside={
        <>
          {text('shown', { shown: rows.length, all: models.length })}{' '}
          <CopyMarkdown columns={copied} rows={rows} />
        </>
      }
    >
      {rows.length === 0 ? (
        <Nothing isEmpty={models.length === 0} view={view} />
      ) : (
        <Table
          caption={text('caption')}
          {...{ columns, rows, sort, onSort }}
          rowKey={({ name }) => name}
          rowAttributes={({ name }) => ({ 'data-model': name })}
        />
      )}
      {dialog}
    </Panel>
  );
}

function Nothing({
  isEmpty,
  view,
}: {
  readonly isEmpty: boolean;
  readonly view: ModelsView;
}): JSX.Element {
  const text = useTranslations('models');
  if (isEmpty) return <EmptyState>{text('none')}</EmptyState>;
  const showAll = (): void => {
    view.setSearch('');
    view.setFilter('all');
  };
  return (
    <EmptyState action={<Button onClick={showAll}>{text('showAll')}</Button>}>
      {text('noMatch')}
    </EmptyState>
  );
}

function useRoom(): Room {
  const hasSome = useMedia('(min-width: 1000px)');
  const hasAll = useMedia('(min-width: 1200px)');
  return hasAll ? 'all' : hasSome ? 'some' : 'few';
}

/** The order of the rows in the address: the column's key, after a minus if it descends. */
function useAddressSort(columns: readonly Column<ModelRow>[]): {
  readonly sort: Sort;
  readonly onSort: (key: string) => void;
} {
  const [text, setText] = useParam('sort', LATEST_FIRST);
  const isDown = text.startsWith('-');
  const key = isDown ? text.slice(1) : text;
  const onSort = (wanted: string): void => {
    const column = columns.find((each) => each.key === wanted);
    const startsDown = column?.value !== undefined;
    const goesDown = wanted === key ? !isDown : startsDown;
    setText(goesDown ? `-${wanted}` : wanted, { replace: true });
  };
  return { sort: { key, direction: isDown ? 'descending' : 'ascending' }, onSort };
}
