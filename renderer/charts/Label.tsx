import type { JSX } from 'react';
import { foreignText } from '../../shared/foreign-name.ts';
import { LABEL_SIZE } from './text.ts';

/** A text in a chart's picture, centred vertically at `y`. */
export function Label({
  x,
  y,
  text,
  anchor = 'start',
  strong = false,
  haloed = false,
}: {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly strong?: boolean;
  /** For text on top of lines. */
  readonly haloed?: boolean;
}): JSX.Element {
  return (
    <text
      x={x}
      y={y}
      dy="0.35em"
      textAnchor={anchor}
      fontSize={LABEL_SIZE}
      fill={strong ? 'var(--ink-soft)' : 'var(--ink-faint)'}
      {...(haloed && { stroke: 'var(--surface)', strokeWidth: 3, paintOrder: 'stroke' })}
    >
      {foreignText(text)}
    </text>
  );
}
