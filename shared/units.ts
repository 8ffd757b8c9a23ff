/**
 * The units in which people read temperatures, hours and weeks. Everything is stored, exported and answered by the API in
 * degrees Celsius and ISO 8601; only texts for people have other units.
 */
import type { Appearance } from './appearance.ts';
import { WEEKDAYS } from './week-times.ts';
import type { Weekday } from './week-times.ts';

/** Hours from 1 to 12 with AM and PM, or from 0 to 23. */
export type HourCycle = 'h12' | 'h23';
export type TemperatureUnit = 'celsius' | 'fahrenheit';

export interface Units {
  readonly temperature: TemperatureUnit;
  readonly hours: HourCycle;
  /** The first day of a week. */
  readonly weekStart: Weekday;
}

/** Where nothing tells more. */
export const DEFAULT_UNITS: Units = { temperature: 'celsius', hours: 'h23', weekStart: 'mon' };

/** Regions that measure temperatures in degrees Fahrenheit: the USA with its territories, and six others. */
const FAHRENHEIT = new Set([
  'US',
  'AS',
  'GU',
  'MP',
  'PR',
  'UM',
  'VI',
  'BS',
  'BZ',
  'KY',
  'FM',
  'LR',
  'MH',
  'PW',
]);

/** The units of the settings. What they leave to the system is as `system` says. */
export function unitsFor({ temperature, hours, weekStart }: Appearance, system: Units): Units {
  return {
    temperature: temperature === 'system' ? system.temperature : temperature,
    hours: hours === 'system' ? system.hours : hours,
    weekStart: weekStart === 'system' ? system.weekStart : weekStart,
  };
}

/** The units that are usual where a language tag (BCP 47) such as `en-US` is from. */
export function unitsOfLocale(tag: string | undefined): Units {
  return { temperature: temperatureOf(tag), hours: hoursOf(tag), weekStart: weekStartOf(tag) };
}

/** The unit of temperatures in the region of a language tag; a tag without a region means its most likely one. */
export function temperatureOf(tag: string | undefined): TemperatureUnit {
  try {
    const { region } = new Intl.Locale(tag ?? '').maximize();
    return region !== undefined && FAHRENHEIT.has(region) ? 'fahrenheit' : 'celsius';
  } catch {
    return DEFAULT_UNITS.temperature;
  }
}

/** Units as an argument of a page's process, and back: `--tokwatt-units=fahrenheit,h12,sun`. */
const ARGUMENT = '--tokwatt-units=';

export function unitsArgument({ temperature, hours, weekStart }: Units): string {
  return `${ARGUMENT}${temperature},${hours},${weekStart}`;
}

/** The units in a command line; the default ones without any. */
export function unitsOfArguments(argv: readonly string[]): Units {
  const given = argv.find((word) => word.startsWith(ARGUMENT))?.slice(ARGUMENT.length) ?? '';
  const [temperature, hours, weekStart] = given.split(',');
  return {
    temperature: temperature === 'fahrenheit' ? 'fahrenheit' : DEFAULT_UNITS.temperature,
    hours: hours === 'h12' ? 'h12' : DEFAULT_UNITS.hours,
    weekStart: WEEKDAYS.find((day) => day === weekStart) ?? DEFAULT_UNITS.weekStart,
  };
}

/** The hours that are usual for a language tag. */
export function hoursOf(tag: string | undefined): HourCycle {
  // Without a tag, `Intl` would answer for this process, whose language may be another one.
  if (tag === undefined) return DEFAULT_UNITS.hours;
  try {
    const { hourCycle } = new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions();
    return hourCycle === 'h11' || hourCycle === 'h12' ? 'h12' : 'h23';
  } catch {
    return DEFAULT_UNITS.hours;
  }
}

/** What `Intl` knows of weeks: a getter at first, now a method. The types have neither. */
interface WeekInfo {
  readonly weekInfo?: { readonly firstDay: number };
  getWeekInfo?(): { readonly firstDay: number };
}

/** The first day of the week in the region of a language tag; Monday where nothing tells. */
export function weekStartOf(tag: string | undefined): Weekday {
  try {
    const locale: Intl.Locale & WeekInfo = new Intl.Locale(tag ?? '');
    // From 1 for Monday to 7 for Sunday.
    const first = (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay;
    return first === undefined ? DEFAULT_UNITS.weekStart : weekdayAt(first);
  } catch {
    return DEFAULT_UNITS.weekStart;
  }
}

/** The weekday with this number, counted from 0 for Sunday on. */
export function weekdayAt(number: number): Weekday {
  return WEEKDAYS[number % WEEKDAYS.length] ?? DEFAULT_UNITS.weekStart;
}

/** All weekdays in the order of a week that begins on `first`. */
export function weekFrom(first: Weekday): readonly Weekday[] {
  const at = WEEKDAYS.indexOf(first);
  return [...WEEKDAYS.slice(at), ...WEEKDAYS.slice(0, at)];
}
