/** Ticks of a time axis in local time, also over changes of the clock. */
import { hourCycle } from '../../../shared/format-locale.ts';
import { localParts, localTime, otherZone } from '../../../shared/local-time.ts';
import { MOST_TICKS } from './value-ticks.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps within a day. Each divides a day, so that midnight is always a tick. */
const CLOCK_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
];
const DAY_STEPS = [1, 2, 7, 14];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
const MONTH = 30.44 * DAY;
/** More boundaries than this would be a pattern instead of marks. */
const MOST_DAY_MARKS = 15;

export interface TimeTick {
  /** Unix milliseconds. */
  readonly at: number;
  readonly label: string;
  /** True for the first moment of a day, whose label is the date. */
  readonly isDay: boolean;
}

export interface TimeTickOptions {
  /** A BCP 47 tag, such as `en-GB`. */
  readonly locale: string;
  readonly most?: number | undefined;
}

/**
 * At most `most` labelled times from `from` to `to` (Unix milliseconds), on round local times: seconds, minutes and
 * hours within a day, then days, months and years.
 */
export function timeTicks(from: number, to: number, options: TimeTickOptions): TimeTick[] {
  const { locale, most = MOST_TICKS } = options;
  if (!(to > from) || most < 1) return [];
  for (const step of CLOCK_STEPS) {
    if ((to - from) / step > most + 1) continue;
    const times = clockTimes(from, to, step);
    if (times.length <= most) return times.map((at) => clockTick(at, step, locale));
  }
  for (const days of DAY_STEPS) {
    if ((to - from) / (days * DAY) > most + 1) continue;
    const times = startsOfDays(from, to, days);
    if (times.length <= most) return times.map((at) => dateTick(at, locale));
  }
  for (const months of MONTH_STEPS) {
    if ((to - from) / (months * MONTH) > most + 1) continue;
    const times = startsOfMonths(from, to, months);
    if (times.length <= most) return times.map((at) => monthTick(at, months, locale));
  }
  return [];
}

/** The local midnights within a range; none if there are too many to tell apart. */
export function dayBoundaries(from: number, to: number): number[] {
  return (to - from) / DAY > MOST_DAY_MARKS ? [] : startsOfDays(from, to, 1);
}

/** The first moment of a local day. Some zones change the clock at midnight, so it may be 01:00. */
function startOfDay(at: number, plusDays = 0): number {
  const date = localTime(at);
  return localParts(date.getFullYear(), date.getMonth(), date.getDate() + plusDays).getTime();
}

/**
 * Real time is walked rather than the calendar, so an hour that the clock repeats has both its ticks and one that it
 * skips has none.
 */
function clockTimes(from: number, to: number, step: number): number[] {
  const times: number[] = [];
  // Clocks are set by 30 or 60 minutes, so a walk in half hours meets every round time again.
  const pace = Math.min(step, HOUR / 2);
  const midnight = startOfDay(from);
  const first = midnight + Math.ceil((from - midnight) / pace) * pace;
  for (let at = first; at <= to; at += pace) {
    if (millisecondsOfDay(at) % step !== 0) continue;
    const last = times.at(-1);
    if (last === undefined || at - last > step * 0.75) times.push(at);
  }
  return times;
}

function millisecondsOfDay(at: number): number {
  const date = localTime(at);
  const minutes = date.getHours() * 60 + date.getMinutes();
  return (minutes * 60 + date.getSeconds()) * SECOND + date.getMilliseconds();
}

function startsOfDays(from: number, to: number, step: number): number[] {
  const times: number[] = [];
  for (let at = startOfDay(from, startOfDay(from) < from ? 1 : 0); at <= to; at = startOfDay(at, 1))
    if (dayNumber(at) % step === 0) times.push(at);
  return times;
}

/** Counts days so that multiples of 7 are Mondays. */
function dayNumber(at: number): number {
  const date = localTime(at);
  // 5 January 1970 was a Monday.
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY) - 4;
}

function startsOfMonths(from: number, to: number, step: number): number[] {
  const start = localTime(from);
  const times: number[] = [];
  for (let year = start.getFullYear(), month = start.getMonth(); ; month += 1) {
    const date = localParts(year, month, 1);
    if (date.getTime() > to) return times;
    const months = date.getFullYear() * 12 + date.getMonth();
    if (date.getTime() >= from && months % step === 0) times.push(date.getTime());
  }
}

function clockTick(at: number, step: number, locale: string): TimeTick {
  const isDay = startOfDay(at) === at;
  if (isDay) return dateTick(at, locale);
  return { at, label: formatter(locale, clockOptions(step)).format(at), isDay };
}

/** A time of day, with seconds for steps below a minute. */
export function clockOptions(stepMs: number): Intl.DateTimeFormatOptions {
  const cycle = hourCycle();
  const hour = cycle === 'h23' ? '2-digit' : 'numeric';
  const clock = { hour, minute: '2-digit', hourCycle: cycle } as const;
  return stepMs < MINUTE ? { ...clock, second: '2-digit' } : clock;
}

function dateTick(at: number, locale: string): TimeTick {
  return {
    at,
    label: formatter(locale, { day: 'numeric', month: 'short' }).format(at),
    isDay: true,
  };
}

function monthTick(at: number, months: number, locale: string): TimeTick {
  const isYear = localTime(at).getMonth() === 0;
  const options: Intl.DateTimeFormatOptions =
    isYear || months >= 12 ? { year: 'numeric' } : { month: 'short' };
  return { at, label: formatter(locale, options).format(at), isDay: true };
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const JANUARY = Date.UTC(2026, 0, 1);
const JULY = Date.UTC(2026, 6, 1);

/** Formatters are kept, because making one takes longer than a hundred uses. */
export function formatter(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  // A laptop that travels changes its zone, which a formatter keeps from when it was made.
  const offsets = [JANUARY, JULY].map((at) => new Date(at).getTimezoneOffset()).join(' ');
  const zone = otherZone();
  const key = `${locale} ${zone ?? offsets} ${JSON.stringify(options)}`;
  const kept = formatters.get(key);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat(
    locale,
    zone === null ? options : { ...options, timeZone: zone },
  );
  formatters.set(key, made);
  return made;
}
