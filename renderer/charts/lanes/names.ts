/** Where the names of exchanges are drawn: behind a bar or else before it, where nothing else is. */
import type { Placed } from './lanes.ts';

const NAME_GAP = 6;

interface Room {
  readonly xOf: (at: number) => number;
  /** The edges of the lanes, pixels. */
  readonly left: number;
  readonly right: number;
  readonly widthOf: (name: string) => number;
}

export interface PlacedName {
  readonly x: number;
  readonly anchor: 'start' | 'end';
}

type Span = readonly [from: number, to: number];

/**
 * The places of names by the ids of their exchanges. The last exchange of a lane comes first. If its own name
 * finds no room, those before it are left out, because one would be taken for the name of the lane.
 */
export function placeNames(placed: readonly Placed[], room: Room): ReadonlyMap<string, PlacedName> {
  const names = new Map<string, PlacedName>();
  for (const lane of new Set(placed.map((each) => each.lane))) {
    const bars = placed.filter((each) => each.lane === lane).sort((a, b) => b.from - a.from);
    const taken: Span[] = bars.map(({ from, to }) => [room.xOf(from), room.xOf(to)]);
    const [last] = bars;
    for (const bar of bars) {
      const found = placeOf(bar, taken, room);
      if (found !== null) {
        names.set(bar.exchange.id, found.place);
        taken.push(found.span);
      } else if (bar === last) break;
    }
  }
  return names;
}

function placeOf(
  { exchange: { name }, from, to }: Placed,
  taken: readonly Span[],
  { xOf, left, right, widthOf }: Room,
): { readonly place: PlacedName; readonly span: Span } | null {
  const width = widthOf(name) + 2 * NAME_GAP;
  const end = xOf(to);
  const start = Math.max(left, xOf(from));
  const behind: Span = [end, end + width];
  const before: Span = [start - width, start];
  const isFree = ([x1, x2]: Span): boolean =>
    x1 >= left && x2 <= right && taken.every(([a, b]) => x2 <= a || x1 >= b);
  if (isFree(behind)) return { place: { x: end + NAME_GAP, anchor: 'start' }, span: behind };
  if (isFree(before)) return { place: { x: start - NAME_GAP, anchor: 'end' }, span: before };
  return null;
}
