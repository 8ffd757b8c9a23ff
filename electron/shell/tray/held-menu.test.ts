import { expect, it } from 'vitest';
import type { TrayEntry } from './entry.ts';
import { HeldMenu } from './held-menu.ts';

function row(key: string, label: string): TrayEntry {
  return { kind: 'row', key, label, action: { kind: 'quit' } };
}

it('a closed menu takes everything', () => {
  const menu = new HeldMenu([row('a', '1')]);
  expect(menu.offer([row('a', '1')])).toBe('nothing');
  expect(menu.offer([row('a', '2')])).toBe('texts');
  expect(menu.offer([row('a', '2'), row('b', '1')])).toBe('structure');
});

it('an open menu takes texts, and rows when it is closed', () => {
  const menu = new HeldMenu([row('a', '1'), row('b', '1')]);
  menu.opened();
  expect(menu.offer([row('c', '1'), row('b', '2')])).toBe('texts');
  expect(menu.shown).toEqual([row('a', '1'), row('b', '2')]);
  expect(menu.closed()).toBe('structure');
  expect(menu.shown).toEqual([row('c', '1'), row('b', '2')]);
});

it('rows that came and went while it was open change nothing', () => {
  const menu = new HeldMenu([row('a', '1')]);
  menu.opened();
  menu.offer([row('a', '1'), row('b', '1')]);
  menu.offer([row('a', '1')]);
  expect(menu.closed()).toBe('nothing');
});
