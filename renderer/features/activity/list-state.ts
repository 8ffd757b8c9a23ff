import { useState } from 'react';
import type { Query } from '../../client/api.ts';
import { useOrder, useRowsByFigure, useRowsByTime } from './use-rows.ts';
import type { Rows } from './use-rows.ts';

/** The rows, and whether they follow what finishes. */
export interface ListState {
  readonly rows: Rows;
  readonly isHeld: boolean;
  readonly hold: (isHeld: boolean) => void;
  readonly onTop: (isAtTop: boolean) => void;
  /** Changes when the list is to show its first row. */
  readonly topKey: number;
  readonly showNew: () => void;
}

/** The state of the list for a filter. */
export function useList(query: Query): ListState {
  const [order] = useOrder();
  const [isHeld, hold] = useState(false);
  const [isAtTop, onTop] = useState(true);
  const [topKey, setTopKey] = useState(0);
  const isByTime = order.by === 'time';
  const byTime = useRowsByTime(query, isAtTop && !isHeld, isByTime);
  const byFigure = useRowsByFigure(query, order);
  const rows = isByTime ? byTime : byFigure;
  const showNew = (): void => {
    rows.show();
    setTopKey(topKey + 1);
  };
  return { rows, isHeld, hold, onTop, topKey, showNew };
}
