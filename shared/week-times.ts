/** Times of the week in local time, as tariffs use them: weekdays with a time of day. */
import * as v from 'valibot';
import { localTime } from './local-time.ts';

/** In the order of `Date.getDay`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

const TIME = 'must be a time of day from 00:00 to 24:00, such as 06:30';
/** A time of day such as `06:30`; `24:00` is the end of the day. */
export const timeOfDay = v.pipe(
  v.string(TIME),
  v.regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, TIME),
);

/** The members of a row that say when it holds. */
export const weekTimeEntries = {
  /** The weekdays on which it begins; all unless given. */
  days: v.optional(
    v.pipe(
      v.array(v.picklist(WEEKDAYS, `must be one of: ${WEEKDAYS.join(', ')}`), 'must be a list'),
      v.minLength(1, 'must name a day'),
    ),
    [...WEEKDAYS],
  ),
  from: v.optional(timeOfDay, '00:00'),
  /** Exclusive. If it is not after `from`, it is on the next day. */
  to: v.optional(timeOfDay, '24:00'),
};

export interface WeekTime {
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** The minutes of the week that a row covers, as ranges of minutes since Sunday, 00:00. */
function rangesOf({ days, from, to }: WeekTime): (readonly [from: number, to: number])[] {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const length = end > begin ? end - begin : end + DAY_MINUTES - begin;
  return days.flatMap((day) => {
    const first = WEEKDAYS.indexOf(day) * DAY_MINUTES + begin;
    const last = first + length;
    // A row of Saturday night continues on Sunday morning.
    if (last <= WEEK_MINUTES) return [[first, last] as const];
    if (first >= WEEK_MINUTES) return [[first - WEEK_MINUTES, last - WEEK_MINUTES] as const];
    return [[first, WEEK_MINUTES] as const, [0, last - WEEK_MINUTES] as const];
  });
}

/** Minutes since midnight of a time of day. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The minute of the local week of a time (Unix milliseconds), from 0 on Sunday, 00:00. */
export function minuteOfWeek(at: number): number {
  const date = localTime(at);
  return date.getDay() * DAY_MINUTES + date.getHours() * 60 + date.getMinutes();
}

/** The index of the row that holds in each minute of the week; -1 where none does. */
export function rowOfMinutes(rows: readonly WeekTime[]): Int16Array {
  const owner = new Int16Array(WEEK_MINUTES).fill(-1);
  for (const [index, row] of rows.entries()) {
    for (const [from, to] of rangesOf(row)) owner.fill(index, from, to);
  }
  return owner;
}

/**
 * Says where two rows overlap, or where no row holds; null if each minute of the week has exactly
 * one row. Rows are counted from 1 in the text.
 */
export function weekFault(rows: readonly WeekTime[]): string | null {
  const owner = new Int16Array(WEEK_MINUTES).fill(-1);
  for (const [index, row] of rows.entries()) {
    for (const [from, to] of rangesOf(row)) {
      for (let minute = from; minute < to; minute += 1) {
        const other = owner[minute] ?? -1;
        if (other !== -1) return overlap(other, index, minute);
        owner[minute] = index;
      }
    }
  }
  const from = owner.indexOf(-1);
  if (from === -1) return null;
  const next = owner.findIndex((index, minute) => minute > from && index !== -1);
  const until = next === -1 ? WEEK_MINUTES : next;
  return `no row holds from ${named(from)} to ${named(until)}; every minute of the week needs a price`;
}

function overlap(one: number, other: number, minute: number): string {
  if (one === other) return `row ${one + 1} overlaps itself on ${named(minute)}`;
  return `rows ${one + 1} and ${other + 1} overlap on ${named(minute)}; each minute of the week has one price`;
}

/** A minute of the week in words. The end of a day is its 24:00. */
function named(minute: number): string {
  const isEnd = minute === WEEK_MINUTES;
  const day = WEEKDAYS[isEnd ? 6 : Math.floor(minute / DAY_MINUTES)] ?? '';
  const rest = isEnd ? DAY_MINUTES : minute % DAY_MINUTES;
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${day} ${pad(Math.floor(rest / 60))}:${pad(rest % 60)}`;
}
