import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CSSProperties, JSX, KeyboardEvent, RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useTranslations } from 'use-intl';
import type { ActivitySort } from '../../../shared/activity.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { rowsInSight, scrollTopFor } from './fixed-rows.ts';
import type { ListView } from './fixed-rows.ts';
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
/** Of the column that takes the rest of the width, pixels. */
const LEAST_REST = 150;

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
  const { scroller, indices, height, count, reveal } = useRowsInSight(rows, isNarrow, topKey);
  const onKeyDown = useListKeys(props, count, reveal);
  return (
    <div
      ref={scroller}
      className={css.scroller}
      role="grid"
      tabIndex={0}
      aria-label={text('list')}
      aria-rowcount={count + 1}
      aria-activedescendant={selected === null ? undefined : rowElementId(selected)}
      style={styleOf(columns, isNarrow)}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => props.onTop(currentTarget.scrollTop < height)}
    >
      <ListHead columns={columns} order={props.order} onOrder={props.onOrder} isHidden={isNarrow} />
      <div role="rowgroup" className={css.body} style={{ height: count * height }}>
        {indices.map((index) => {
          const row = rows.row(index);
          return (
            <ListRow
              // New rows at the top move the others as they are.
              key={row?.id ?? `place ${index}`}
              {...{ row, index, columns, isNarrow }}
              top={index * height}
              mark={markOf(row, props)}
              onSelect={props.onSelect}
              onCompare={props.onCompare}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowsInSight {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly indices: readonly number[];
  /** Of a row, pixels. */
  readonly height: number;
  readonly count: number;
  readonly reveal: (index: number) => void;
}

/** Which rows are in sight, and loads them. */
function useRowsInSight(rows: Rows, isNarrow: boolean, topKey: number): RowsInSight {
  const scroller = useRef<HTMLDivElement>(null);
  const count = Math.min(rows.total ?? 0, mostRows(isNarrow));
  const height = isNarrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT;
  const view = useListView(scroller, height);
  // Newer browsers return a promise, which an effect must not.
  useEffect(() => {
    scroller.current?.scrollTo(0, 0);
  }, [topKey]);
  const { first, end } = rowsInSight(view, height, count, OVERSCAN);
  const { want } = rows;
  useEffect(() => want(first, Math.max(first, end - 1)));
  return {
    scroller,
    indices: Array.from({ length: end - first }, (_, n) => first + n),
    height,
    count,
    reveal: (index) => reveal(scroller.current, index, height),
  };
}

function reveal(list: HTMLDivElement | null, index: number, rowHeight: number): void {
  if (list === null) return;
  const { scrollTop, clientHeight } = list;
  const head = list.firstElementChild?.clientHeight ?? 0;
  const to = scrollTopFor(index, { scrollTop, height: clientHeight }, rowHeight, head);
  if (to !== null) list.scrollTop = to;
}

/** Follows the size of the list, and its scrolling by whole rows. */
function useListView(scroller: RefObject<HTMLDivElement | null>, rowHeight: number): ListView {
  const [view, setView] = useState<ListView>({ scrollTop: 0, height: 0 });
  useLayoutEffect(() => {
    const list = scroller.current;
    if (list === null) return undefined;
    const read = (): void => {
      const scrollTop = Math.floor(list.scrollTop / rowHeight) * rowHeight;
      const height = list.clientHeight;
      setView((before) =>
        before.scrollTop === scrollTop && before.height === height ? before : { scrollTop, height },
      );
    };
    // The rows must be there in the frame that shows the list scrolled.
    const onScroll = (): void => flushSync(read);
    const sizes = new ResizeObserver(read);
    read();
    list.addEventListener('scroll', onScroll, { passive: true });
    sizes.observe(list);
    return () => {
      list.removeEventListener('scroll', onScroll);
      sizes.disconnect();
    };
  }, [scroller, rowHeight]);
  return view;
}

function markOf(
  row: ActivityRecord | null,
  { selected, compared }: Pick<ListProps, 'selected' | 'compared'>,
): 'selected' | 'compared' | null {
  if (row === null) return null;
  if (row.id === selected) return 'selected';
  return row.id === compared ? 'compared' : null;
}

type ListStyle = CSSProperties & Record<'--columns' | '--least', string>;

function styleOf(columns: readonly ShownColumn[], isNarrow: boolean): ListStyle {
  return {
    '--columns': template(columns),
    '--least': isNarrow ? '0' : `${leastWidth(columns)}px`,
  };
}

/** The model takes the rest of the width, until it is given one of its own. */
function takesRest({ id, isChosenSize }: ShownColumn): boolean {
  return id === 'model' && !isChosenSize;
}

function template(columns: readonly ShownColumn[]): string {
  return columns
    .map((column) => (takesRest(column) ? `minmax(${LEAST_REST}px, 1fr)` : `${column.size}px`))
    .join(' ');
}

/** Below it the list scrolls sideways. It must not depend on the texts, or rows differ in width. */
function leastWidth(columns: readonly ShownColumn[]): number {
  return columns.reduce((sum, each) => sum + (takesRest(each) ? LEAST_REST : each.size), 0);
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
