import { nearestIndex } from '../axes/nearest.ts';
import type { GroupStore, TimeRange } from '../group/group-store.ts';

const LONG_STEP = 10;

export interface KeyTarget {
  readonly store: GroupStore;
  readonly moments: readonly number[];
  /** The end of the chart. */
  readonly end: number;
  /** The chart's. */
  readonly id: string;
  readonly onZoom?: ((range: TimeRange) => void) | undefined;
  readonly onZoomOut?: (() => void) | undefined;
}

/**
 * Arrows move the crosshair by one value, with Shift by ten; Home and End to the edges. Enter begins a selection and
 * zooms to it; Escape drops the selection, then the zoom. Returns whether the key was used.
 */
export function handleKey(key: string, isShift: boolean, target: KeyTarget): boolean {
  const { store, moments, id, onZoom, onZoomOut } = target;
  const { at, selection } = store.get();
  if (key === 'Enter') {
    if (onZoom === undefined || at === null) return false;
    if (selection === null) store.startSelection();
    else zoom(target, onZoom);
    return true;
  }
  if (key === 'Escape') {
    if (selection !== null) store.endSelection();
    else if (onZoomOut !== undefined) onZoomOut();
    else return false;
    return true;
  }
  const index = indexAfter(key, isShift ? LONG_STEP : 1, moments, at);
  const next = index === null ? undefined : moments[index];
  if (next === undefined) return false;
  store.point(next, id);
  return true;
}

/** A value stands for the time up to the next one, so the step at the end of a selection is part of it. */
function zoom({ store, moments, end }: KeyTarget, onZoom: (range: TimeRange) => void): void {
  const range = store.endSelection();
  if (range === null) return;
  const next = moments.find((moment) => moment > range.to);
  onZoom({ from: range.from, to: next ?? Math.max(range.to, end) });
}

function indexAfter(
  key: string,
  step: number,
  moments: readonly number[],
  at: number | null,
): number | null {
  const last = moments.length - 1;
  const here = at === null ? null : nearestIndex(moments, at);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'ArrowLeft') return here === null ? last : Math.max(0, here - step);
  if (key === 'ArrowRight') return here === null ? last : Math.min(last, here + step);
  return null;
}
