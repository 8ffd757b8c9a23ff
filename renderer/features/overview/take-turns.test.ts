import { expect, it } from 'vitest';
import { TURNS, takeTurns } from './take-turns.ts';
import type { Shown } from './take-turns.ts';

interface Item {
  readonly id: string;
  readonly at: number;
}

const itemsAt = (at: number, count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: `item ${index}`, at }));

it('renews what is in sight at once, and everything else within some turns', () => {
  let shown: Shown<Item> = { of: [], turn: 0, items: itemsAt(0, 50) };
  const isInSight = (id: string): boolean => id === 'item 0' || id === 'item 9';
  for (let at = 1; at <= TURNS; at += 1) {
    const before = shown.items;
    shown = takeTurns(shown, itemsAt(at, 50), isInSight);
    expect([shown.items[0]?.at, shown.items[9]?.at]).toEqual([at, at]);
    const drawn = shown.items.filter((item, index) => item !== before[index]);
    expect(drawn.length).toBeLessThanOrEqual(2 + Math.ceil(50 / TURNS));
  }
  expect(Math.min(...shown.items.map(({ at }) => at))).toBeGreaterThan(0);
});

it('shows new items at once and no ended ones', () => {
  const shown = takeTurns(
    { of: [], turn: 0, items: itemsAt(0, 3) },
    itemsAt(1, 5).slice(1),
    () => false,
  );
  expect(shown.items.map(({ id }) => id)).toEqual(['item 1', 'item 2', 'item 3', 'item 4']);
  expect(shown.items.at(-1)?.at).toBe(1);
});
