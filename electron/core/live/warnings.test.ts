import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SILENT_LOG } from '../log.ts';
import { Warnings } from './warnings.ts';

let changes = 0;
let warnings: Warnings;
beforeEach(() => {
  vi.useFakeTimers({ now: 1, toFake: ['Date'] });
  changes = 0;
  warnings = new Warnings(SILENT_LOG, () => (changes += 1));
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps one warning for each topic, with its first time and its last message', () => {
  warnings.tell('a', 'once');
  vi.setSystemTime(2);
  warnings.tell('b', 'other');
  warnings.tell('a', 'twice');
  expect(warnings.all).toEqual([
    { id: '1', at: 1, message: 'twice', messageSentence: null },
    { id: '2', at: 2, message: 'other', messageSentence: null },
  ]);
  expect(changes).toBe(3);
});

it('removes a warning, and can show it again later', () => {
  warnings.tell('a', 'once');
  warnings.tell('b', 'other');
  warnings.tell('a', null);
  warnings.tell('unknown', null);
  expect(warnings.all).toEqual([{ id: '2', at: 1, message: 'other', messageSentence: null }]);
  vi.setSystemTime(3);
  warnings.tell('a', 'again');
  expect(warnings.all.at(-1)).toEqual({ id: '3', at: 3, message: 'again', messageSentence: null });
});

it('does not repeat a message', () => {
  warnings.warn('The disk is full.');
  warnings.warn('The disk is full.');
  expect(warnings.all).toEqual([
    { id: '1', at: 1, message: 'The disk is full.', messageSentence: null },
  ]);
});

it('is bounded and never reuses an id', () => {
  for (let count = 1; count <= 1_000; count += 1) warnings.tell(`${count}`, 'x');
  expect(warnings.all).toHaveLength(100);
  expect(warnings.all.at(-1)).toMatchObject({ id: '1000' });
});
