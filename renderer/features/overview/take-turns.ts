/** What a list shows of items that change all the time, most of which are out of sight. */
export interface Shown<Item> {
  /** The items that it was made from. */
  readonly of: readonly Item[];
  readonly turn: number;
  readonly items: readonly Item[];
}

/** An item out of sight is renewed at every sixteenth change: each four seconds. */
export const TURNS = 16;

/**
 * Renews the items in sight, new ones and a part of the others, in turns. The others stay the same objects, so a row
 * that is memoized is not drawn again.
 */
export function takeTurns<Item extends { readonly id: string }>(
  before: Shown<Item>,
  items: readonly Item[],
  isInSight: (id: string) => boolean,
): Shown<Item> {
  const turn = (before.turn + 1) % TURNS;
  const known = new Map(before.items.map((item) => [item.id, item]));
  return {
    of: items,
    turn,
    items: items.map((item, index) => {
      const kept = index % TURNS === turn || isInSight(item.id) ? undefined : known.get(item.id);
      return kept ?? item;
    }),
  };
}
