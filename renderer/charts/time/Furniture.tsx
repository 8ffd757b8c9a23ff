import type { JSX } from 'react';
import type { TimeRange } from '../group/group-store.ts';
import { Label } from '../Label.tsx';
import { LABEL_SIZE } from '../text.ts';
import { LEADER, SWATCH, endLabels } from './layout.ts';
import { xOf, yOf } from './plan.ts';
import type { Plan } from './plan.ts';
import type { Reference } from './types.ts';

/** A time without metering can be seen however short it is, pixels. */
const LEAST_OFF = 1.5;

/** Stretches without metering and the beginnings of days, behind the marks. */
export function Backdrop({
  plan,
  offIntervals,
}: {
  readonly plan: Plan;
  readonly offIntervals: readonly TimeRange[];
}): JSX.Element {
  const { range, days } = plan;
  const { left, top, width, height } = plan.layout.plot;
  const inside = (at: number): number => Math.min(left + width, Math.max(left, xOf(plan, at)));
  const shown = offIntervals.filter(({ from, to }) => to > range.from && from < range.to);
  return (
    <>
      {shown.map(({ from, to }) => (
        <rect
          key={from}
          {...{ x: inside(from), y: top, height }}
          width={Math.max(LEAST_OFF, inside(to) - inside(from))}
          fill="var(--track)"
          fillOpacity={0.7}
          data-metering="off"
        />
      ))}
      {days.map((at) => (
        <path key={at} d={`M${xOf(plan, at)} ${top}v${height}`} stroke="var(--rule-strong)" />
      ))}
    </>
  );
}

/** Limits and targets: a dashed line with its name at the right, above the line. */
export function References({
  plan,
  references,
}: {
  readonly plan: Plan;
  readonly references: readonly Reference[];
}): JSX.Element {
  const { plot } = plan.layout;
  const right = plot.left + plot.width;
  return (
    <>
      {references.map(({ value, label, side = 'up' }) => {
        const y = yOf(plan, plan.projection.place(value, side));
        const isAtTop = y - plot.top < LABEL_SIZE + 4;
        return (
          <g key={label}>
            <path
              d={`M${plot.left} ${y}H${right}`}
              stroke="var(--ink-soft)"
              strokeDasharray="4 3"
            />
            <Label x={right - 2} y={isAtTop ? y + 9 : y - 7} anchor="end" text={label} haloed />
          </g>
        );
      })}
    </>
  );
}

/** The names of the series at the ends of their lines. */
export function EndLabels({ plan }: { readonly plan: Plan }): JSX.Element {
  const { plot } = plan.layout;
  const right = plot.left + plot.width;
  const shown = plan.plotted.filter(({ end }) => end !== null);
  const ends = shown.map(({ label, end }) => ({ label, y: yOf(plan, end ?? 0) }));
  const labels = endLabels(ends, plan.layout);
  return (
    <>
      {shown.map(({ key, color, isOpen }, index) => {
        const { text = '', y = 0 } = labels[index] ?? {};
        const from = isOpen ? (ends[index]?.y ?? y) : y;
        return (
          <g key={key}>
            <path
              d={`M${right + 1} ${from}L${right + LEADER - 4} ${y}`}
              stroke={color}
              strokeWidth={1.5}
              fill="none"
            />
            <Label x={right + LEADER} y={y} text={text} />
          </g>
        );
      })}
    </>
  );
}

/** The names of the series above a narrow chart. */
export function LegendRows({ plan }: { readonly plan: Plan }): JSX.Element {
  return (
    <>
      {plan.layout.items.map(({ key, text, x, y }) => (
        <g key={key}>
          <path
            d={`M${x} ${y}h${SWATCH}`}
            stroke={plan.plotted.find((each) => each.key === key)?.color}
            strokeWidth={2}
          />
          <Label x={x + SWATCH + 6} y={y} text={text} />
        </g>
      ))}
    </>
  );
}

/** The labels below the time axis; those at the edges stay inside the chart. */
export function TimeLabels({ plan }: { readonly plan: Plan }): JSX.Element {
  const { plot, width } = plan.layout;
  const y = plot.top + plot.height;
  return (
    <>
      {plan.timeTicks.map(({ at, label, isDay }) => {
        const x = xOf(plan, at);
        const half = label.length * LABEL_SIZE * 0.28;
        const anchor = x + half > width ? 'end' : x - half < plot.left - 20 ? 'start' : 'middle';
        return (
          <g key={at}>
            <path d={`M${x} ${y}v4`} stroke="var(--rule-strong)" />
            <Label x={x} y={y + 12} anchor={anchor} text={label} strong={isDay} />
          </g>
        );
      })}
    </>
  );
}
