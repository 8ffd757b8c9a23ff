import type { JSX, ReactNode } from 'react';
import { timeTicks } from '../axes/time-ticks.ts';
import type { TimeRange } from '../group/group-store.ts';
import { useChartKit } from '../kit.tsx';
import { Label } from '../Label.tsx';
import { useWidth } from '../use-width.ts';
import { Frame } from './Frame.tsx';

export interface SpanStripProps {
  /** Unix milliseconds; `to` is null if it lasts until the end of the range. */
  readonly spans: readonly { readonly from: number; readonly to: number | null }[];
  readonly range: TimeRange;
  /** The strip in words. What it shows must be on the page as text too. */
  readonly label: string;
  readonly noData?: ReactNode;
}

const HEIGHT = 36;
const BAR = 14;
/** A span is never thinner, so that a short one in a week is seen. */
const LEAST_PX = 2;
const COLOR = 'var(--bad)';

/** One line of time on which something was at some times, such as an alert in the last week. */
export function SpanStrip({ spans, range, label, noData }: SpanStripProps): JSX.Element {
  const [frame, width] = useWidth<HTMLDivElement>();
  const { locale } = useChartKit();
  const { from, to } = range;
  const xOf = (at: number): number => (Math.max(0, at - from) / (to - from)) * width;
  const most = Math.max(1, Math.min(7, Math.floor(width / 76)));
  return (
    <div role="img" aria-label={label}>
      <Frame
        {...{ frame, width, noData }}
        height={HEIGHT}
        isEmpty={false}
        picture={
          <>
            <rect y={0} width={width} height={BAR} rx={2} fill="var(--track)" />
            {timeTicks(from, to, { locale, most }).map(({ at, label: tick, isDay }) => {
              const x = xOf(at);
              const anchor = x > width - 30 ? 'end' : x < 24 ? 'start' : 'middle';
              return (
                <g key={at}>
                  <path d={`M${x} 0V${BAR + 4}`} stroke="var(--rule-strong)" />
                  <Label {...{ x, anchor }} y={BAR + 13} text={tick} strong={isDay} />
                </g>
              );
            })}
            {spans.map((span, index) => {
              const x = Math.min(xOf(span.from), width - LEAST_PX);
              const wide = Math.max(LEAST_PX, xOf(span.to ?? to) - x);
              return <rect key={index} x={x} width={wide} height={BAR} fill={COLOR} />;
            })}
          </>
        }
      >
        {null}
      </Frame>
    </div>
  );
}
