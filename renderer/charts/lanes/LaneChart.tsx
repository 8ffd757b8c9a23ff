import { useMemo, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { PHASES } from '../../../shared/phases.ts';
import type { Phase } from '../../../shared/phases.ts';
import { timeTicks } from '../axes/time-ticks.ts';
import type { TimeRange } from '../group/group-store.ts';
import { useChartKit } from '../kit.tsx';
import { Label } from '../Label.tsx';
import { Callout } from '../simple/Callout.tsx';
import { textWidth } from '../text.ts';
import { useWidth } from '../use-width.ts';
import { Bars } from './Bars.tsx';
import { LANE, LEFT, PHASE_COLORS, RIGHT, TOP, heightOf } from './geometry.ts';
import { placeInLanes } from './lanes.ts';
import type { LaneExchange } from './lanes.ts';
import css from './lanes.module.css';

export interface LaneChartProps {
  readonly exchanges: readonly LaneExchange[];
  /** `to` is now: what still runs is drawn up to it. */
  readonly range: TimeRange;
  /** How many exchanges lie below each other. The height depends on this alone. */
  readonly lanes?: number | undefined;
  /** Name for screen readers. */
  readonly label: string;
  readonly phaseNames: Readonly<Record<Phase, string>>;
  /** An exchange in lines of words, the name first. */
  readonly describe: (exchange: LaneExchange) => readonly string[];
  /** `12 more` for those that found no lane. */
  readonly describeLeftOut: (count: number) => string;
  readonly onOpen?: ((id: string) => void) | undefined;
  readonly noData?: ReactNode;
}

const REST_PX = 3;

/** A strip with one bar for each exchange of the last minutes, its phases in four tones. */
export function LaneChart(props: LaneChartProps): JSX.Element {
  const { label, phaseNames, describe, onOpen, lanes = 6, noData } = props;
  const [ref, width] = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const { placed, leftOut, xOf, range } = useLayout(props, width, lanes);
  const height = heightOf(lanes);
  const callout = placed.find(({ exchange }) => exchange.id === (pointed ?? focused));
  return (
    <div ref={ref} className={css.chart} style={{ height }}>
      {width > 0 && (
        <svg className={css.picture} width={width} height={height} role="group" aria-label={label}>
          <PhaseKey names={phaseNames} />
          {leftOut > 0 && (
            <Label x={width} y={8} anchor="end" text={props.describeLeftOut(leftOut)} />
          )}
          <TimeAxis range={range} xOf={xOf} width={width} y={TOP + lanes * LANE} />
          {placed.length > 0 && (
            <Bars
              {...{ placed, xOf, range, width, describe, onOpen }}
              onPoint={setPointed}
              onFocus={setFocused}
              focused={focused}
            />
          )}
        </svg>
      )}
      {width > 0 && placed.length === 0 && <div className={css.noData}>{noData}</div>}
      {callout !== undefined && (
        <Callout
          x={(Math.max(LEFT, xOf(callout.from)) + xOf(callout.to)) / 2}
          y={TOP + callout.lane * LANE}
          width={width}
          lines={describe(callout.exchange)}
        />
      )}
    </div>
  );
}

function useLayout(
  { exchanges, range }: Pick<LaneChartProps, 'exchanges' | 'range'>,
  width: number,
  lanes: number,
): ReturnType<typeof placeInLanes> & { xOf: (at: number) => number; range: TimeRange } {
  return useMemo(() => {
    const { from, to } = range;
    const wide = Math.max(1, width - LEFT - RIGHT);
    const restMs = (REST_PX / wide) * (to - from);
    return {
      range,
      ...placeInLanes(exchanges, { from, now: to, lanes, restMs }),
      xOf: (at) => LEFT + ((at - from) / (to - from)) * wide,
    };
  }, [exchanges, range, width, lanes]);
}

function PhaseKey({ names }: { readonly names: Readonly<Record<Phase, string>> }): JSX.Element {
  const starts = PHASES.map((_, index) =>
    PHASES.slice(0, index).reduce((x, phase) => x + textWidth(names[phase]) + 27, 0),
  );
  return (
    <>
      {PHASES.map((phase, index) => (
        <g key={phase}>
          <rect x={starts[index]} y={4} width={8} height={8} rx={1} fill={PHASE_COLORS[phase]} />
          <Label x={(starts[index] ?? 0) + 13} y={8} text={names[phase]} />
        </g>
      ))}
    </>
  );
}

function TimeAxis({
  range: { from, to },
  xOf,
  width,
  y,
}: {
  readonly range: TimeRange;
  readonly xOf: (at: number) => number;
  readonly width: number;
  readonly y: number;
}): JSX.Element {
  const { locale } = useChartKit();
  const most = Math.max(1, Math.min(5, Math.floor(width / 76)));
  return (
    <>
      <path d={`M${LEFT} ${y + 0.5}H${width - RIGHT}`} stroke="var(--rule-strong)" />
      {timeTicks(from, to, { locale, most }).map(({ at, label, isDay }) => {
        const x = xOf(at);
        const anchor = x > width - 24 ? 'end' : x < 24 ? 'start' : 'middle';
        return (
          <g key={at}>
            <path d={`M${x} ${TOP}V${y + 4}`} stroke="var(--rule)" />
            <Label {...{ x, anchor }} y={y + 12} text={label} strong={isDay} />
          </g>
        );
      })}
    </>
  );
}
