import { memo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import css from './Activity.module.css';
import { mostRows } from './List.tsx';
import type { ListState } from './list-state.ts';
import { useView } from './use-view.ts';
import { useOrder } from './use-rows.ts';
import type { Order, Rows } from './use-rows.ts';

/** How many rows there are, in which order, and how many are new. */
export function ListStatus({
  list,
  isNarrow,
}: {
  readonly list: ListState;
  readonly isNarrow: boolean;
}): JSX.Element {
  const { rows } = list;
  const text = useTranslations('activity');
  const [view] = useView();
  const most = mostRows(isNarrow);
  return (
    <div className={css.status}>
      <ViewSwitch />
      {view === 'sessions' ? (
        <span>{text('sessions.filtersIgnored')}</span>
      ) : (
        <RequestStatus list={list} />
      )}
      {view === 'requests' && (rows.total ?? 0) > most && (
        <span>{text('tooMany', { count: most })}</span>
      )}
    </div>
  );
}

function RequestStatus({ list }: { readonly list: ListState }): JSX.Element {
  const text = useTranslations('activity');
  const [order, setOrder] = useOrder();
  const { rows, isHeld, hold, showNew } = list;
  return (
    <>
      <Count rows={rows} order={order} />
      {order.by === 'time' ? (
        <>
          {rows.total !== null && (
            <Button plain onClick={() => hold(!isHeld)}>
              {text(isHeld ? 'resume' : 'pause')}
            </Button>
          )}
          <span role="status">{rows.waiting > 0 && <NewRows rows={rows} onShow={showNew} />}</span>
        </>
      ) : (
        <Button plain onClick={() => setOrder('time')}>
          {text('byTime')}
        </Button>
      )}
    </>
  );
}

/** Requests one by one, or by session. */
const ViewSwitch = memo(function ViewSwitch(): JSX.Element {
  const text = useTranslations('activity.view');
  const [view, setView] = useView();
  return (
    <SegmentedControl
      legend={text('label')}
      value={view}
      options={[
        { value: 'requests', label: text('requests') },
        { value: 'sessions', label: text('sessions') },
      ]}
      onChange={setView}
    />
  );
});

function NewRows({
  rows,
  onShow,
}: {
  readonly rows: Rows;
  readonly onShow: () => void;
}): JSX.Element {
  const text = useTranslations('activity');
  const label = rows.isOutdated ? 'manyNewRows' : 'newRows';
  return (
    <button type="button" className={css.new} onClick={onShow}>
      {text(label, { count: rows.waiting })}
    </button>
  );
}

function Count({ rows, order }: { readonly rows: Rows; readonly order: Order }): JSX.Element {
  const text = useTranslations('activity');
  const { total, sorted } = rows;
  if (order.by !== 'time' && sorted !== null) {
    const { compared, isComplete } = sorted;
    const figure = text(`sorts.${order.by}`);
    const shown = sorted.activity.length;
    return <span>{text(isComplete ? 'sorted' : 'sortedPartly', { shown, compared, figure })}</span>;
  }
  if (total === null) return <span className={css.count}>&nbsp;</span>;
  return (
    <span className={css.count}>
      {text(rows.isCounting ? 'counting' : 'rows', { count: total })}
    </span>
  );
}
