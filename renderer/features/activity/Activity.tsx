import type { JSX } from 'react';
import { classNames } from '../../ui/class-name.ts';
import { useMedia } from '../../ui/media.ts';
import css from './Activity.module.css';
import { Detail } from './detail/Detail.tsx';
import { FilterBar } from './FilterBar.tsx';
import { useFilters } from './filters.ts';
import { ListActions } from './ListActions.tsx';
import { ListArea } from './ListArea.tsx';
import { ListStatus } from './ListStatus.tsx';
import { useList } from './list-state.ts';
import { useColumns } from './use-columns.ts';
import { useElementWidth } from './use-element-width.ts';
import { Sessions } from './Sessions.tsx';
import { useView } from './use-view.ts';
import { useSelection } from './use-selection.ts';

/** Every finished exchange: a list of any length, and one or two of them beside it. */
export function Activity(): JSX.Element {
  const filters = useFilters();
  const selection = useSelection();
  const [view] = useView();
  const isSmall = useMedia('(max-width: 899px)');
  const isNarrow = useMedia('(max-width: 599px)');
  const [measure, width] = useElementWidth();
  const columns = useColumns(width);
  const list = useList(filters.query);
  const { rows } = list;
  const isOpen = selection.id !== null;
  const actions = <ListActions rows={rows} columns={columns} query={filters.query} />;
  return (
    <div className={css.page} onKeyDown={(event) => event.key === 'Escape' && selection.close()}>
      <div className={classNames(css.bar, isSmall && isOpen && css.hidden)}>
        <FilterBar filters={filters} end={actions} />
        <ListStatus list={list} isNarrow={isNarrow} />
      </div>
      <div className={classNames(css.split, isOpen && !isSmall && css.withDetail)}>
        <div ref={measure} className={classNames(css.listSide, isSmall && isOpen && css.hidden)}>
          {view === 'sessions' ? (
            <Sessions filters={filters} />
          ) : (
            <ListArea {...{ list, filters, columns, selection, isNarrow }} />
          )}
        </div>
        {selection.id !== null && (
          <Detail key={selection.id} id={selection.id} selection={selection} isSmall={isSmall} />
        )}
      </div>
    </div>
  );
}
