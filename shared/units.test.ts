import { describe, expect, test } from 'vitest';
import { DEFAULT_APPEARANCE } from './appearance.ts';
import { unitsArgument, unitsFor, unitsOfArguments, unitsOfLocale } from './units.ts';

describe('the units of a place', () => {
  test.each([
    ['en-US', 'fahrenheit', 'h12'],
    ['es-PR', 'fahrenheit', 'h12'],
    ['en-GB', 'celsius', 'h23'],
    ['de-DE', 'celsius', 'h23'],
    ['en-AU', 'celsius', 'h12'],
    ['zh-CN', 'celsius', 'h23'],
    ['ja-JP', 'celsius', 'h23'],
    // A speaker of English in Germany.
    ['en-DE', 'celsius', 'h23'],
    ['C', 'celsius', 'h23'],
    ['', 'celsius', 'h23'],
    [undefined, 'celsius', 'h23'],
  ])('%s: %s and %s', (tag, temperature, hours) => {
    expect(unitsOfLocale(tag)).toEqual({ temperature, hours });
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
      temperature: 'celsius',
      hours: 'h12',
    });
    expect(unitsFor({ ...DEFAULT_APPEARANCE, hours: 'h23' }, us)).toEqual({
      temperature: 'fahrenheit',
      hours: 'h23',
    });
  });
});
