import { DEFAULT_UNITS } from './units.ts';
import type { HourCycle, TemperatureUnit, Units } from './units.ts';
import type { Weekday } from './week-times.ts';

/**
 * The locale of all numbers, dates and amounts. It is one for the whole process, because a page shows
 * one language. The main process keeps the default, so that its texts are the same everywhere.
 */
export const DEFAULT_FORMAT_LOCALE = 'en-US';

let locale = DEFAULT_FORMAT_LOCALE;
/** By locale and digits. Making one costs as much as a hundred numbers, and a page shows hundreds of them a second. */
const fixedFormats = new Map<string, Intl.NumberFormat>();
let integers = wholeNumbers();
/** One for the whole process, as the locale is. */
let units = DEFAULT_UNITS;

/** Sets the locale of later texts, such as `de` or `en-US` (BCP 47). */
export function setFormatLocale(tag: string): void {
  if (tag === locale) return;
  locale = tag;
  integers = wholeNumbers();
}

/** The locale in use. */
export function formatLocale(): string {
  return locale;
}

/** Sets the units of later texts. */
export function setFormatUnits(wanted: Units): void {
  units = wanted;
}

/** The hours of all clock times, on axes as in tables. */
export function hourCycle(): HourCycle {
  return units.hours;
}

/** The first day of shown weeks. */
export function weekStart(): Weekday {
  return units.weekStart;
}

/** The unit of shown temperatures. */
export function temperatureUnit(): TemperatureUnit {
  return units.temperature;
}

/** What `make` returns with numbers and units in another locale than that of the process. */
export function inFormatLocale<T>(tag: string, shown: Units, make: () => T): T {
  const before = { locale, units };
  setFormatLocale(tag);
  setFormatUnits(shown);
  try {
    return make();
  } finally {
    setFormatLocale(before.locale);
    setFormatUnits(before.units);
  }
}

/** A whole number with its groups: `1,234,567`. */
export function formatWhole(value: number): string {
  return integers.format(value);
}

/** A number with this many decimal places: `1,234.50`. */
export function formatFixed(value: number, digits: number): string {
  const key = `${locale} ${digits}`;
  let format = fixedFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    fixedFormats.set(key, format);
  }
  return format.format(value);
}

function wholeNumbers(): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
}
