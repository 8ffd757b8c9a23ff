import { formatLocale, hourCycle } from './format-locale.ts';

/** By locale and precision. Making one costs as much as a hundred texts. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time of a date, in the hours and the locale of the process: `14:03`, or `2:03 PM`. */
export function clockText(date: Date, precision: 'minute' | 'second'): string {
  if (hourCycle() === 'h23') return isoClock(date).slice(0, precision === 'minute' ? 5 : 8);
  // The date has the local parts of its own zone, which the format does not know.
  const local = Date.UTC(2000, 0, 1, date.getHours(), date.getMinutes(), date.getSeconds());
  // Newer versions put a narrow space that does not break before AM and PM, older ones a plain one.
  return formatFor(precision).format(local).replaceAll('\u202f', ' ');
}

/** The local hour of a day, from 0 to 23: `14:00`, or `2 PM`. */
export function hourText(hour: number): string {
  if (hourCycle() === 'h23') return `${pad(hour)}:00`;
  return formatFor('hour')
    .format(Date.UTC(2000, 0, 1, hour))
    .replaceAll('\u202f', ' ');
}

/** A local date and time in ISO 8601, whatever people read: `2026-11-21T14:03`. */
export function isoMinute(date: Date): string {
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(pad).join('-');
  return `${day}T${isoClock(date).slice(0, 5)}`;
}

/** `14:03:07` in every language. */
function isoClock(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':');
}

/** Of local parts that are taken for those of UTC, with AM and PM. */
function formatFor(precision: 'hour' | 'minute' | 'second'): Intl.DateTimeFormat {
  const key = `${formatLocale()} ${precision}`;
  const kept = formats.get(key);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat(formatLocale(), {
    hour: 'numeric',
    ...(precision === 'hour' ? {} : { minute: '2-digit' }),
    ...(precision === 'second' ? { second: '2-digit' } : {}),
    hourCycle: 'h12',
    timeZone: 'UTC',
  });
  formats.set(key, made);
  return made;
}

function pad(part: number): string {
  return String(part).padStart(2, '0');
}
