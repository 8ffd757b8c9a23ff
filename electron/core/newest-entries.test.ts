import { expect, it } from 'vitest';
import { putNewest } from './newest-entries.ts';

it('keeps the entries that were put last, and their newest values', () => {
  const map = new Map<string, number>();
  putNewest(map, 'a', 1, 2);
  putNewest(map, 'b', 2, 2);
  putNewest(map, 'a', 3, 2);
  putNewest(map, 'c', 4, 2);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});
