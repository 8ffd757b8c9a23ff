import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { CSSProperties, JSX, KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivitySort } from '../../../shared/activity.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { ListHead } from './ListHead.tsx';
import { ListRow, rowElementId } from './ListRow.tsx';
import css from './List.module.css';
import type { ShownColumn } from './use-columns.ts';
import type { Order, Rows } from './use-rows.ts';

/** Browsers end an element after some 33 million pixels. */
const MAX_HEIGHT = 30_000_000;
const ROW_HEIGHT = 28;
const NARROW_ROW_HEIGHT = 52;
const OVERSCAN = 8;

export interface ListProps {
  readonly rows: Rows;
  readonly columns: readonly ShownColumn[];
  readonly isNarrow: boolean;
  readonly order: Order;
  readonly onOrder: (by: ActivitySort | 'time') => void;
  readonly selected: number | null;
  readonly compared: number | null;
  readonly onSelect: (id: number) => void;
  readonly onCompare: (id: number) => void;
  readonly onTop: (isAtTop: boolean) => void;
  /** Changes when the list is to show its first row. */
  readonly topKey: number;
}

/** The most rows that the list can show. */
export function mostRows(isNarrow: boolean): number {
  return Math.floor(MAX_HEIGHT / (isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT));
}

/** Finished exchanges, of which only those in sight are drawn. */
export function List(props: ListProps): JSX.Element {
  const { rows, columns, isNarrow, selected, topKey } = props;
  const text = useTranslations('activity');
  const { scroller, virtual, height, count } = useVirtualRows(rows, isNarrow, topKey);
  const items = virtual.getVirtualItems();
  const onKeyDown = useListKeys(props, count, (index) => virtual.scrollToIndex(index));
  const style: CSSProperties & Record<'--columns', string> = { '--columns': template(columns) };
  return (
    <div
      ref={scroller}
      className={css.scroller}
      role="grid"
      tabIndex={0}
      aria-label={text('list')}
      aria-rowcount={count + 1}
      aria-activedescendant={selected === null ? undefined : rowElementId(selected)}
      style={style}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => props.onTop(currentTarget.scrollTop < height)}
    >
      <ListHead columns={columns} order={props.order} onOrder={props.onOrder} isHidden={isNarrow} />
      <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <ListRow
            key={index}
            row={rows.row(index)}
            index={index}
            top={start}
            columns={columns}
            isNarrow={isNarrow}
            mark={markOf(rows.row(index), props)}
            onSelect={props.onSelect}
            onCompare={props.onCompare}
          />
        ))}
      </div>
    </div>
  );
}

/** Which rows are in sight, and loads them. */
function useVirtualRows(rows: Rows, isNarrow: boolean, topKey: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const count = Math.min(rows.total ?? 0, mostRows(isNarrow));
  const height = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  // eslint-disable-next-line react-hooks/incompatible-library -- it changes as the user scrolls, so nothing of it may be memoized
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  // Newer browsers return a promise, which an effect must not.
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [topKey]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { want } = rows;
  useEffect(() => want(first, last));
  return { scroller, virtual, height, count };
}

function markOf(
  row: ActivityRecord | null,
  { selected, compared }: Pick<ListProps, 'selected' | 'compared'>,
): 'selected' | 'compared' | null {
  if (row === null) return null;
  if (row.id === selected) return 'selected';
  return row.id === compared ? 'compared' : null;
}

/** The model takes the rest of the width, until it is given one of its own. */
function template(columns: readonly ShownColumn[]): string {
  return columns
    .map(({ id, size, isChosenSize }) =>
      id === 'model' && !isChosenSize ? 'minmax(150px, 1fr)' : `${size}px`,
    )
    .join(' ');
}

/** The keys that move the selection. */
function useListKeys(
  { rows, selected, onSelect, onCompare }: ListProps,
  count: number,
  reveal: (index: number) => void,
): (event: KeyboardEvent) => void {
  const cursor = useRef<number | null>(null);
  return (event) => {
    const at = (selected === null ? null : rows.indexOf(selected)) ?? cursor.current;
    const target = targetOf(event.key, at, count);
    if (event.key === 'Enter' && event.shiftKey && cursor.current !== null) {
      const row = rows.row(cursor.current);
      if (row !== null && row.id !== selected) onCompare(row.id);
      return;
    }
    if (target === null || event.target !== event.currentTarget) return;
    event.preventDefault();
    cursor.current = target;
    reveal(target);
    const row = rows.row(target);
    // A row that is not loaded yet is selected when it is there and the key is pressed again.
    if (row !== null) onSelect(row.id);
  };
}

function targetOf(key: string, at: number | null, count: number): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const from = at ?? -1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, from + 1);
    case 'ArrowUp':
      return Math.max(0, from - 1);
    case 'PageDown':
      return Math.min(last, from + 20);
    case 'PageUp':
      return Math.max(0, from - 20);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
