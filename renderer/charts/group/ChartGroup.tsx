import { createContext, useContext, useMemo, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { GroupStore } from './group-store.ts';
import type { TimeRange } from './group-store.ts';

export interface ChartGroupProps {
  /** The time from the left to the right edge of every chart of the group. */
  readonly range: TimeRange;
  /** A range was chosen by dragging or with the keyboard. Without it, charts have no selection. */
  readonly onZoom?: ((range: TimeRange) => void) | undefined;
  /** Double click or Escape. */
  readonly onZoomOut?: (() => void) | undefined;
  /**
   * Pixels for the labels at the right of every chart, so that the plots of charts below each other align. Without it
   * each chart takes what its own labels need.
   */
  readonly labelRoom?: number | undefined;
  readonly children: ReactNode;
}

interface Group extends Omit<ChartGroupProps, 'children'> {
  readonly store: GroupStore;
}

const Context = createContext<Group | null>(null);

/** The charts below share one crosshair and one range of time. */
export function ChartGroup(props: ChartGroupProps): JSX.Element {
  const { range, onZoom, onZoomOut, labelRoom, children } = props;
  const [store] = useState(() => new GroupStore());
  const { from, to } = range;
  const group = useMemo(
    () => ({ store, range: { from, to }, onZoom, onZoomOut, labelRoom }),
    [store, from, to, onZoom, onZoomOut, labelRoom],
  );
  return <Context value={group}>{children}</Context>;
}

/** @throws outside of a `ChartGroup` */
export function useChartGroup(): Group {
  const group = useContext(Context);
  if (group === null) throw new Error('A time chart needs a <ChartGroup> above it.');
  return group;
}
