import { expect, test } from 'vitest';
import { pairUp } from './pair-up.ts';

const byName = (one: string, other: string): boolean => one === other;
const byLetter = (one: string, other: string): boolean => one.startsWith(other.charAt(0));

test('an earlier rule comes first, whatever the order of the items', () => {
  expect(pairUp(['ann'], ['abe', 'ann'], byName, byLetter)).toEqual([null, 'ann']);
  expect(pairUp(['ann', 'ada'], ['abe', 'ann'], byName, byLetter)).toEqual(['ada', 'ann']);
});

test('nothing is given twice', () => {
  expect(pairUp(['ann'], ['abe', 'amy'], byName, byLetter)).toEqual(['ann', null]);
});
