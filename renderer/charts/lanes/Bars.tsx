import type { JSX, KeyboardEvent } from 'react';
import { foreignText } from '../../../shared/foreign-name.ts';
import type { TimeRange } from '../group/group-store.ts';
import { Label } from '../Label.tsx';
import { textWidth } from '../text.ts';
import { BAR, LANE, LEFT, PHASE_COLORS, RIGHT, TOP } from './geometry.ts';
import type { LaneExchange, Placed } from './lanes.ts';
import { placeNames } from './names.ts';
import type { PlacedName } from './names.ts';
import css from './lanes.module.css';

export interface BarsProps {
  readonly placed: readonly Placed[];
  readonly xOf: (at: number) => number;
  readonly range: TimeRange;
  readonly width: number;
  readonly describe: (exchange: LaneExchange) => readonly string[];
  readonly onOpen?: ((id: string) => void) | undefined;
  readonly onPoint: (id: string | null) => void;
  readonly onFocus: (id: string | null) => void;
  readonly focused: string | null;
}

/** Shorter phases are drawn with this width, so that none is invisible. */
const LEAST_WIDTH = 1.5;

/** The exchanges. One of them is in the tab order; arrow keys go to the others. */
export function Bars(props: BarsProps): JSX.Element {
  const { placed, focused, xOf, width } = props;
  const names = placeNames(placed, {
    ...{ xOf, left: LEFT, right: width - RIGHT, widthOf: textWidth },
  });
  const reachable = placed.find(({ exchange }) => exchange.id === focused) ?? placed.at(-1);
  return (
    <>
      {placed.map((each) => (
        <Bar
          key={each.exchange.id}
          {...props}
          bar={each}
          place={names.get(each.exchange.id)}
          isReachable={each === reachable}
        />
      ))}
    </>
  );
}

type BarProps = BarsProps & {
  readonly bar: Placed;
  readonly place: PlacedName | undefined;
  readonly isReachable: boolean;
};

function Bar(props: BarProps): JSX.Element {
  const { bar, place, xOf, range, describe, onOpen, onPoint, onFocus } = props;
  const { exchange, lane } = bar;
  const y = TOP + lane * LANE + (LANE - BAR) / 2;
  const left = Math.max(LEFT, xOf(bar.from));
  const wide = Math.max(LEAST_WIDTH, xOf(bar.to) - left);
  return (
    <g
      {...{ role: 'button', tabIndex: props.isReachable ? 0 : -1, className: css.bar }}
      aria-label={foreignText(describe(exchange).join(', '))}
      onClick={() => onOpen?.(exchange.id)}
      onPointerEnter={() => onPoint(exchange.id)}
      onPointerLeave={() => onPoint(null)}
      onFocus={() => onFocus(exchange.id)}
      onBlur={() => onFocus(null)}
      onKeyDown={(event) => onKey(event, exchange.id, onOpen)}
    >
      <rect x={left - 2} y={y - 3} width={wide + 4} height={LANE} fill="transparent" />
      {exchange.segments.map(({ phase, from, to }) => {
        const x1 = Math.max(LEFT, xOf(from));
        const x2 = xOf(to ?? range.to);
        return x2 < LEFT ? null : (
          <rect
            key={`${phase} ${from}`}
            {...{ x: x1, y, width: Math.max(LEAST_WIDTH, x2 - x1), height: BAR }}
            fill={PHASE_COLORS[phase]}
          />
        );
      })}
      {exchange.isFailed === true && (
        <path d={`M${left + wide} ${y - 2}v${BAR + 4}`} stroke="var(--bad)" strokeWidth={2} />
      )}
      {place !== undefined && <Label {...place} y={y + BAR / 2} text={exchange.name} />}
    </g>
  );
}

function onKey(event: KeyboardEvent<SVGGElement>, id: string, onOpen: BarsProps['onOpen']): void {
  if (event.key === 'Enter' || event.key === ' ') onOpen?.(id);
  else if (!moveFocus(event.currentTarget, event.key)) return;
  event.preventDefault();
}

function moveFocus(bar: SVGGElement, key: string): boolean {
  const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[key];
  if (step === undefined) return false;
  const bars = [...(bar.parentElement?.querySelectorAll<SVGGElement>('[role="button"]') ?? [])];
  bars[bars.indexOf(bar) + step]?.focus();
  return true;
}
