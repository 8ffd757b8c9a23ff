import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { ACTIVITY_SORTS } from '../../../shared/activity.ts';
import type { ActivitySort, SortedActivity } from '../../../shared/activity.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Query } from '../../client/api.ts';
import { useParam } from '../../state/address.ts';
import { useApi, useApiData } from '../../state/api.tsx';
import { useSliceOfSecond, useTokenPrompt } from '../../state/context.tsx';
import { RowSource } from './row-source.ts';

/** Rows shown in the order of a figure. */
const SORTED_ROWS = 200;

export type Order =
  | { readonly by: 'time' }
  | { readonly by: ActivitySort; readonly direction: 'ascending' | 'descending' };

/** What the list shows, in either order. */
export interface Rows {
  /** Null until the first answer. */
  readonly total: number | null;
  readonly isCounting: boolean;
  readonly error: Error | null;
  readonly waiting: number;
  readonly isOutdated: boolean;
  readonly row: (index: number) => ActivityRecord | null;
  readonly indexOf: (id: number) => number | null;
  readonly want: (first: number, last: number) => void;
  readonly show: () => void;
  readonly retry: () => void;
  /** Of the order by a figure; null in the order of time. */
  readonly sorted: SortedActivity | null;
}

/** The order in the address: `duration`, or `duration.ascending`. */
export function useOrder(): [Order, (by: ActivitySort | 'time') => void] {
  const [param, setParam] = useParam('sort', 'time');
  const order = parseOrder(param);
  const choose = (by: ActivitySort | 'time'): void => {
    const isSame = order.by !== 'time' && order.by === by && order.direction === 'descending';
    setParam(by === 'time' ? null : isSame ? `${by}.ascending` : by);
  };
  return [order, choose];
}

function parseOrder(param: string): Order {
  const [name, direction] = param.split('.');
  const by = ACTIVITY_SORTS.find((each) => each === name);
  if (by === undefined) return { by: 'time' };
  return { by, direction: direction === 'ascending' ? 'ascending' : 'descending' };
}

/** The rows of a filter in the order of time. New ones come at once while it is followed. */
export function useRowsByTime(query: Query, isFollowed: boolean, isUsed: boolean): Rows {
  const api = useApi();
  const prompt = useTokenPrompt();
  const recent = useSliceOfSecond('recent');
  const source = useMemo(() => new RowSource(api.get, query), [api, query]);
  const state = useSyncExternalStore(source.subscribe, source.state);
  useEffect(() => {
    if (!isUsed) return undefined;
    source.start();
    const leave = prompt?.onGranted(() => source.start());
    return () => {
      leave?.();
      source.stop();
    };
  }, [source, prompt, isUsed]);
  useEffect(() => {
    if (isUsed) void source.lookForNew(isFollowed);
  }, [source, recent, isFollowed, isUsed]);
  return {
    ...state,
    row: (index) => source.row(index),
    indexOf: (id) => source.indexOf(id),
    want: (first, last) => source.want(first, last),
    show: () => source.show(),
    retry: () => source.start(),
    sorted: null,
  };
}

/** The first rows of a filter in the order of a figure. */
export function useRowsByFigure(query: Query, order: Order): Rows {
  const isUsed = order.by !== 'time';
  const asked = isUsed ? { ...query, ...order, limit: SORTED_ROWS } : {};
  const result = useApiData<SortedActivity>('/activity/sorted', asked, { enabled: isUsed });
  const { data, error, refetch } = result;
  const rows = data?.activity ?? [];
  return {
    total: data === undefined ? null : rows.length,
    isCounting: false,
    error,
    waiting: 0,
    isOutdated: false,
    row: (index) => rows[index] ?? null,
    indexOf: (id) => {
      const index = rows.findIndex((row) => row.id === id);
      return index === -1 ? null : index;
    },
    want: () => undefined,
    show: () => undefined,
    retry: () => void refetch(),
    sorted: data ?? null,
  };
}
