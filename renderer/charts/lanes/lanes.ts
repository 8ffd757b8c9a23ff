/** Which lane of the strip each exchange is drawn in. */
import type { Phase } from '../../../shared/phases.ts';

export interface LaneSegment {
  readonly phase: Phase;
  /** Unix milliseconds. */
  readonly from: number;
  /** Null while it runs. */
  readonly to: number | null;
}

export interface LaneExchange {
  readonly id: string;
  /** Beside the bar, such as the model. */
  readonly name: string;
  /** In order of time. */
  readonly segments: readonly LaneSegment[];
  /** It ended with an error. */
  readonly isFailed?: boolean | undefined;
}

export interface Placed {
  readonly exchange: LaneExchange;
  readonly lane: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A lane for each exchange while there are enough; then an exchange takes the lane that has been free for the
 * longest time, which leaves room for names. Those that find none are left out.
 * @param now the end of what still runs
 * @param restMs the least distance of two exchanges in a lane
 */
export function placeInLanes(
  exchanges: readonly LaneExchange[],
  { from, now, lanes, restMs }: { from: number; now: number; lanes: number; restMs: number },
): { placed: Placed[]; leftOut: number } {
  const shown = exchanges
    .map((exchange) => ({ exchange, ...spanOf(exchange, now) }))
    .filter((each) => each.to >= from && each.from <= now)
    .sort((a, b) => a.from - b.from);
  if (shown.length <= lanes)
    return { placed: shown.map((each, lane) => ({ ...each, lane })), leftOut: 0 };
  const freeAt = Array<number>(lanes).fill(Number.NEGATIVE_INFINITY);
  const placed = shown.flatMap((each): Placed[] => {
    const earliest = Math.min(...freeAt);
    if (earliest > each.from) return [];
    const lane = freeAt.indexOf(earliest);
    freeAt[lane] = each.to + restMs;
    return [{ ...each, lane }];
  });
  return { placed, leftOut: shown.length - placed.length };
}

function spanOf({ segments }: LaneExchange, now: number): { from: number; to: number } {
  const from = segments[0]?.from ?? now;
  return { from, to: segments.reduce((end, { to }) => Math.max(end, to ?? now), from) };
}
