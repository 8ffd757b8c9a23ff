import type { JSX, KeyboardEvent, PointerEvent } from 'react';
import css from './simple.module.css';

export interface IndexSliderProps {
  readonly label: string;
  readonly count: number;
  /** What is pointed at; null for nothing. */
  readonly index: number | null;
  readonly onIndex: (index: number | null) => void;
  /** The index at a place within the slider, pixels; null for nothing there. */
  readonly indexAt: (x: number, y: number) => number | null;
  /** An item in words. */
  readonly describe: (index: number) => string;
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  /** Items in a row, for Up and Down; without it they move like Left and Right. */
  readonly perRow?: number | undefined;
  /** Click or Enter. */
  readonly onOpen?: ((index: number) => void) | undefined;
}

/** Chooses one of a chart's items with pointer or arrow keys. For screen readers its value is the item in words. */
export function IndexSlider(props: IndexSliderProps): JSX.Element {
  const { label, count, index, onIndex, indexAt, describe, box, onOpen } = props;
  const shown = Math.min(index ?? 0, Math.max(0, count - 1));
  const onPointerMove = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    const { left, top } = currentTarget.getBoundingClientRect();
    onIndex(indexAt(clientX - left, clientY - top));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = indexAfter(event.key, props);
    if (event.key === 'Enter' && index !== null && onOpen !== undefined) onOpen(index);
    else if (event.key === 'Escape' && index !== null) onIndex(null);
    else if (next !== null) onIndex(next);
    else return;
    event.preventDefault();
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={shown}
      aria-valuetext={count === 0 ? '' : describe(shown)}
      className={css.slider}
      style={{ ...box, cursor: onOpen !== undefined && index !== null ? 'pointer' : 'default' }}
      onPointerMove={onPointerMove}
      onPointerDown={onPointerMove}
      onPointerLeave={() => onIndex(null)}
      onBlur={() => onIndex(null)}
      onClick={() => (index === null ? undefined : onOpen?.(index))}
      onKeyDown={onKeyDown}
    />
  );
}

function indexAfter(key: string, { index, count, perRow = 1 }: IndexSliderProps): number | null {
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow },
    ...{ Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY },
  };
  const step = steps[key];
  if (step === undefined || count === 0) return null;
  if (!Number.isFinite(step)) return step < 0 ? 0 : count - 1;
  if (index === null) return 0;
  const next = index + step;
  return next < 0 || next >= count ? index : next;
}
