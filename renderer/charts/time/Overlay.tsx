import { useId, useRef, useSyncExternalStore } from 'react';
import type { JSX, KeyboardEvent, PointerEvent } from 'react';
import { useChartGroup } from '../group/ChartGroup.tsx';
import { useChartKit } from '../kit.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { handleKey } from './keys.ts';
import { indexAt } from './plan.ts';
import type { Plan } from './plan.ts';
import css from './time.module.css';

/** Shorter drags are clicks, pixels. */
const LEAST_DRAG = 5;

export interface OverlayProps {
  readonly plan: Plan;
  readonly id: string;
  readonly label: string;
  /** The readings at an index, in words; -1 in a gap. */
  readonly describe: (index: number, at: number) => string;
}

/**
 * Takes the pointer and the keyboard over the plot. For screen readers it is a slider over time whose value is the
 * readings in words.
 */
export function Overlay({ plan, id, label, describe }: OverlayProps): JSX.Element {
  const { store, onZoom, onZoomOut } = useChartGroup();
  const { labels } = useChartKit();
  const { at } = useSyncExternalStore(store.subscribe, store.get);
  const hint = useId();
  const { moments, range, layout } = plan;
  const last = moments.at(-1) ?? range.to;
  const shown = at ?? last;
  const pointer = usePointer(plan, id);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = { store, moments, end: range.to, id, onZoom, onZoomOut };
    if (handleKey(event.key, event.shiftKey, target)) event.preventDefault();
  };
  return (
    <div
      {...{ role: 'slider', tabIndex: 0, className: css.overlay, style: layout.plot }}
      aria-label={label}
      aria-describedby={hint}
      aria-valuemin={range.from}
      aria-valuemax={range.to}
      aria-valuenow={Math.round(Math.min(range.to, Math.max(range.from, shown)))}
      aria-valuetext={describe(indexAt(plan, shown), shown)}
      onKeyDown={onKeyDown}
      onBlur={() => store.clear()}
      onDoubleClick={onZoomOut}
      {...pointer}
    >
      <VisuallyHidden>
        <span id={hint}>{labels.keys}</span>
      </VisuallyHidden>
    </div>
  );
}

type PointerHandlers = Record<
  'onPointerMove' | 'onPointerDown' | 'onPointerUp' | 'onPointerLeave' | 'onPointerCancel',
  (event: PointerEvent) => void
>;

function usePointer(plan: Plan, id: string): PointerHandlers {
  const { store, onZoom } = useChartGroup();
  const startX = useRef<number | null>(null);
  const point = ({ clientX, currentTarget }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const { from, to } = plan.range;
    const share = Math.min(1, Math.max(0, (clientX - left) / width));
    const at = from + share * (to - from);
    const index = indexAt(plan, at);
    // A selection may end where no value is.
    store.point(startX.current === null ? (plan.moments[index] ?? at) : at, id);
  };
  const end = (): void => {
    startX.current = null;
    store.endSelection();
  };
  return {
    onPointerMove: point,
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      // A finger that slides along reads values; it does not select.
      if (event.pointerType !== 'touch' && onZoom !== undefined) startX.current = event.clientX;
      event.currentTarget.setPointerCapture(event.pointerId);
      point(event);
      if (startX.current !== null) store.startSelection();
    },
    onPointerUp: ({ clientX }) => {
      const isDrag = startX.current !== null && Math.abs(clientX - startX.current) >= LEAST_DRAG;
      startX.current = null;
      const range = store.endSelection();
      if (isDrag && range !== null) onZoom?.(range);
    },
    onPointerLeave: () => {
      if (startX.current === null) store.clear();
    },
    onPointerCancel: end,
  };
}
