import { expect, it } from 'vitest';
import { WarningList } from './warning-list.ts';

it('keeps one warning for each topic, with its first time and its last message', () => {
  const list = new WarningList();
  list.tell('a', 'once', 1);
  list.tell('b', 'other', 2);
  list.tell('a', 'twice', 3);
  expect(list.all).toEqual([
    { id: '1', at: 1, message: 'twice' },
    { id: '2', at: 2, message: 'other' },
  ]);
});

it('withdraws a warning, and can show it again later', () => {
  const list = new WarningList();
  list.tell('a', 'once', 1);
  list.tell('b', 'other', 2);
  list.withdraw('a');
  list.withdraw('unknown');
  expect(list.all).toEqual([{ id: '2', at: 2, message: 'other' }]);
  list.tell('a', 'again', 3);
  expect(list.all.at(-1)).toEqual({ id: '3', at: 3, message: 'again' });
});

it('is bounded and never reuses an id', () => {
  const list = new WarningList();
  for (let count = 1; count <= 1_000; count += 1) list.tell(`${count}`, 'x', count);
  expect(list.all).toHaveLength(100);
  expect(list.all.at(-1)).toMatchObject({ id: '1000', at: 1_000 });
});
