import { describe, expect, test } from 'vitest';
import { DEFAULT_APPEARANCE } from './appearance.ts';
import { unitsArgument, unitsFor, unitsOfArguments, unitsOfLocale, weekFrom } from './units.ts';

describe('the units of a place', () => {
  test.each([
    ['en-US', 'fahrenheit', 'h12', 'sun'],
    ['es-PR', 'fahrenheit', 'h12', 'sun'],
    ['en-GB', 'celsius', 'h23', 'mon'],
    ['de-DE', 'celsius', 'h23', 'mon'],
    ['en-NZ', 'celsius', 'h12', 'mon'],
    ['fa-IR', 'celsius', 'h23', 'sat'],
    ['ja-JP', 'celsius', 'h23', 'sun'],
    // A speaker of English in Germany.
    ['en-DE', 'celsius', 'h23', 'mon'],
    ['C', 'celsius', 'h23', 'mon'],
    ['', 'celsius', 'h23', 'mon'],
    [undefined, 'celsius', 'h23', 'mon'],
  ])('%s: %s, %s and weeks from %s on', (tag, temperature, hours, weekStart) => {
    expect(unitsOfLocale(tag)).toEqual({ temperature, hours, weekStart });
  });

  test('reach a page in an argument of its process', () => {
    const us = unitsOfLocale('en-US');
    expect(unitsOfArguments(['electron', unitsArgument(us), '--type=renderer'])).toEqual(us);
    expect(unitsOfArguments(['electron'])).toEqual(unitsOfLocale(undefined));
  });

  test('settings win over the system, each for itself', () => {
    const us = unitsOfLocale('en-US');
    expect(unitsFor(DEFAULT_APPEARANCE, us)).toEqual(us);
    expect(unitsFor({ ...DEFAULT_APPEARANCE, temperature: 'celsius' }, us)).toEqual({
      ...us,
      temperature: 'celsius',
    });
    expect(unitsFor({ ...DEFAULT_APPEARANCE, hours: 'h23' }, us)).toEqual({
      ...us,
      hours: 'h23',
    });
    expect(unitsFor({ ...DEFAULT_APPEARANCE, weekStart: 'sat' }, us)).toEqual({
      ...us,
      weekStart: 'sat',
    });
  });
});

test('a week has its days in the order from its first on', () => {
  expect(weekFrom('mon')).toEqual(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
  expect(weekFrom('sun')[6]).toBe('sat');
});
