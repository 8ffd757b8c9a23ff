import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivitySort } from '../../../shared/activity.ts';
import { classNames } from '../../ui/class-name.ts';
import css from './List.module.css';
import type { ShownColumn } from './use-columns.ts';
import type { Order } from './use-rows.ts';

/** The heads of the list: a click sorts by the figure, dragging an edge changes a width. */
export function ListHead({
  columns,
  order,
  onOrder,
  isHidden,
}: {
  readonly columns: readonly ShownColumn[];
  readonly order: Order;
  readonly onOrder: (by: ActivitySort | 'time') => void;
  readonly isHidden: boolean;
}): JSX.Element {
  return (
    <div role="rowgroup" className={classNames(css.head, isHidden && css.hiddenHead)}>
      <div role="row" aria-rowindex={1} className={css.headRow}>
        {columns.map((column) => (
          <Head key={column.id} column={column} order={order} onOrder={onOrder} />
        ))}
      </div>
    </div>
  );
}

function Head({
  column,
  order,
  onOrder,
}: {
  readonly column: ShownColumn;
  readonly order: Order;
  readonly onOrder: (by: ActivitySort | 'time') => void;
}): JSX.Element {
  const by = column.id === 'time' ? 'time' : column.sort;
  const direction = directionOf(order, by);
  return (
    <div
      role="columnheader"
      className={classNames(css.headCell, column.numeric && css.numeric)}
      aria-sort={direction ?? undefined}
    >
      <HeadText column={column} onClick={by === null ? null : () => onOrder(by)} />
      <span
        className={css.resize}
        aria-hidden="true"
        onMouseDown={column.resize}
        onTouchStart={column.resize}
      />
    </div>
  );
}

/** A button if the list can be sorted by the column. */
function HeadText({
  column: { id, unit },
  onClick,
}: {
  readonly column: ShownColumn;
  readonly onClick: (() => void) | null;
}): JSX.Element {
  const text = useTranslations('activity');
  const title = text(`heads.${id}`);
  const label = (
    <>
      {title}
      {unit !== null && <span className={css.unit}> {text(`units.${unit}`)}</span>}
    </>
  );
  if (onClick === null) return <span title={title}>{label}</span>;
  return (
    <button type="button" className={css.sort} title={title} onClick={onClick}>
      {label}
    </button>
  );
}

function directionOf(
  order: Order,
  by: ActivitySort | 'time' | null,
): 'ascending' | 'descending' | null {
  if (by === null || order.by !== by) return null;
  return order.by === 'time' ? 'descending' : order.direction;
}
