import { afterEach, describe, expect, it } from 'vitest';
import { hourText, isoMinute } from './clock-text.ts';
import { formatClock, formatClockMinute, formatMoment, localMinute } from './format.ts';
import {
  celsiusOfShown,
  degreeSign,
  formatTemperature,
  shownTemperature,
} from './format-temperature.ts';
import { inFormatLocale, setFormatUnits } from './format-locale.ts';
import { DEFAULT_UNITS, unitsOfLocale } from './units.ts';

const AT = new Date(2026, 10, 21, 14, 3, 7).getTime();
const MIDNIGHT = new Date(2026, 10, 21, 0, 5, 0).getTime();

afterEach(() => setFormatUnits(DEFAULT_UNITS));

describe('the hours of clock times', () => {
  it('go from 0 to 23 unless said otherwise', () => {
    expect([formatClock(AT), formatClockMinute(AT), localMinute(AT)]).toEqual([
      '14:03:07',
      '14:03',
      '2026-11-21 14:03',
    ]);
    expect([hourText(0), hourText(14)]).toEqual(['00:00', '14:00']);
  });

  it('or have AM and PM, at midnight too', () => {
    setFormatUnits(unitsOfLocale('en-US'));
    expect([formatClock(AT), formatClockMinute(AT), localMinute(MIDNIGHT)]).toEqual([
      '2:03:07 PM',
      '2:03 PM',
      '2026-11-21 12:05 AM',
    ]);
    expect(formatMoment(AT, AT)).toBe('2:03:07 PM');
    expect([hourText(0), hourText(12), hourText(14)]).toEqual(['12 AM', '12 PM', '2 PM']);
  });

  it('are in the words of the language', () => {
    const shown = inFormatLocale('zh-CN', { ...DEFAULT_UNITS, hours: 'h12' }, () =>
      formatClock(AT),
    );
    expect(shown).toBe('下午2:03:07');
    expect(formatClock(AT)).toBe('14:03:07');
  });

  it('never change a field that takes ISO 8601', () => {
    setFormatUnits(unitsOfLocale('en-US'));
    expect(isoMinute(new Date(AT))).toBe('2026-11-21T14:03');
  });
});

describe('the unit of temperatures', () => {
  it('is °C unless said otherwise', () => {
    expect([formatTemperature(61), degreeSign(), shownTemperature(61)]).toEqual([
      '61 °C',
      '°C',
      61,
    ]);
  });

  it('or °F, there and back', () => {
    setFormatUnits(unitsOfLocale('en-US'));
    expect([formatTemperature(61), degreeSign(), shownTemperature(0)]).toEqual([
      '142 °F',
      '°F',
      32,
    ]);
    expect([formatTemperature(null), shownTemperature(null)]).toEqual(['–', null]);
    expect(celsiusOfShown(shownTemperature(85))).toBeCloseTo(85);
  });
});
