import type { JSX } from 'react';
import css from './simple.module.css';

/** A text beside a mark. It moves from the mark's right to its left over the chart's width, so it stays inside. */
export function Callout({
  x,
  y,
  width,
  lines,
}: {
  readonly x: number;
  readonly y: number;
  /** Of the chart. */
  readonly width: number;
  readonly lines: readonly string[];
}): JSX.Element {
  const share = Math.min(1, Math.max(0, x / width));
  const transform = `translate(${(-share * 100).toFixed(1)}%, calc(-100% - 8px))`;
  return (
    <div className={css.callout} style={{ left: x, top: y, transform }} aria-hidden="true">
      {lines.map((line, index) => (
        <div key={index} className={css.line}>
          {line}
        </div>
      ))}
    </div>
  );
}
