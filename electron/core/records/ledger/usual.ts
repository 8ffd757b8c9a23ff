import { SUMMED_DIMENSIONS } from '../../../../shared/history.ts';
import type {
  Heatmap,
  HeatmapDay,
  Interval,
  Quartiles,
  Usual,
  UsualFigure,
} from '../../../../shared/history.ts';
import { localDate } from '../../../../shared/format.ts';
import { numbers } from './columns.ts';
import type { Db } from './database.ts';
import { NARROW_SPAN } from './dimension-series.ts';
import type { SummedDimension } from './dimension-series.ts';
import { DAY, localMidnight } from './history-buckets.ts';
import type { HeatmapQuery } from './history-query.ts';
import { dimensionTable } from './history-sources.ts';
import { isMeteredIn, readMetered } from './metered-times.ts';
import type { NameReader } from './names.ts';
import { HOUR_SPAN, MINUTES_KEPT_DAYS, MINUTE_MS } from './series.ts';
import { asNumber } from './sql-values.ts';

const USUAL_DAYS = 14;
const NEEDED_DAYS = 5;
const HOURS = 24;
const FIGURES = ['requests', 'tokens', 'energyJoules'] as const;
type Figure = (typeof FIGURES)[number];

/** The sums of one local day by hour. */
type DayHours = Readonly<Record<Figure, number[]>>;

/**
 * Returns today's use by hour beside that of the last 14 days. Days without a request do not count, and all days of
 * the week count alike, because there are only two of each.
 */
export function readUsual(db: Db, names: NameReader, now: number): Usual {
  const from = localMidnight(now, -USUAL_DAYS);
  const days = hoursByDay(db, names, { from, to: now + 1 }, NARROW_SPAN);
  const day = localDate(now);
  const today = days.get(day) ?? emptyDay();
  days.delete(day);
  const used = [...days.values()].filter(({ requests }) => requests.some((count) => count > 0));
  const currentHour = new Date(now).getHours();
  return {
    day,
    days: used.length,
    neededDays: NEEDED_DAYS,
    hours: Array.from({ length: HOURS }, (_, hour) => {
      const figure = (name: Figure): UsualFigure => ({
        today: hour > currentHour ? null : known(name, today[name][hour] ?? 0),
        todaySoFar: hour > currentHour ? null : known(name, upTo(today[name], hour)),
        usual: quartiles(used.map((each) => each[name][hour] ?? 0)),
        usualSoFar: quartiles(used.map((each) => upTo(each[name], hour))),
      });
      return {
        hour,
        requests: figure('requests'),
        tokens: figure('tokens'),
        energyJoules: figure('energyJoules'),
      };
    }),
  };
}

/** Returns use by local day and hour. In hours that occur twice (daylight saving time), both are summed. */
export function readHeatmap(db: Db, names: NameReader, query: HeatmapQuery, now: number): Heatmap {
  const from = localMidnight(query.from, 0);
  const to = localMidnight(query.to - 1, 1);
  // Sums by five minutes fit every time zone, but are kept for a month only.
  const span = from >= now - MINUTES_KEPT_DAYS * DAY ? NARROW_SPAN : HOUR_SPAN;
  const days = hoursByDay(db, names, { ...query, from, to }, span);
  const metered = readMetered(db, { from, to }, now);
  const list: HeatmapDay[] = [];
  for (let at = from; at < to; at = localMidnight(at, 1)) {
    const day = localDate(at);
    const sums = days.get(day) ?? emptyDay();
    const isKnown = sums.requests.map((count, hour) => {
      const begin = new Date(at).setHours(hour);
      return (
        count > 0 || (begin < now && isMeteredIn(metered, { from: begin, to: begin + DAY / HOURS }))
      );
    });
    const column = (name: Figure): (number | null)[] =>
      sums[name].map((value, hour) => (isKnown[hour] === true ? known(name, value) : null));
    list.push({
      day,
      requests: column('requests'),
      tokens: column('tokens'),
      energyJoules: column('energyJoules'),
    });
  }
  return { from, to, days: list };
}

/** A sum of energy is 0 if no exchange had a known energy. */
function known(name: Figure, value: number): number | null {
  return name === 'energyJoules' && value === 0 ? null : value;
}

function emptyDay(): DayHours {
  const hours = (): number[] => new Array<number>(HOURS).fill(0);
  return { requests: hours(), tokens: hours(), energyJoules: hours() };
}

function upTo(hours: readonly number[], last: number): number {
  return hours.slice(0, last + 1).reduce((sum, value) => sum + value, 0);
}

/** By linear interpolation; null for too few days. */
function quartiles(values: readonly number[]): Quartiles | null {
  if (values.length < NEEDED_DAYS) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low = 0, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place % 1);
  };
  return { p25: at(0.25), p50: at(0.5), p75: at(0.75) };
}

type Filter = Interval & Omit<HeatmapQuery, 'from' | 'to'>;

function hoursByDay(
  db: Db,
  names: NameReader,
  filter: Filter,
  span: number,
): Map<string, DayHours> {
  const dimension: SummedDimension =
    SUMMED_DIMENSIONS.find((name) => filter[name] !== undefined) ?? 'all';
  const { where } = dimensionTable(db, names, dimension, filter);
  const rows = db.rows(
    `SELECT ${numbers('at')}, total(requests), total(input_tokens) + total(output_tokens),
       total(energy_joules) FROM dimension_series
     WHERE span = ? AND at >= ? AND at < ? AND ${where} GROUP BY at ORDER BY at`,
    [span, Math.floor(filter.from / MINUTE_MS), Math.ceil(filter.to / MINUTE_MS)],
  );
  const days = new Map<string, DayHours>();
  for (const [minute, ...sums] of rows) {
    const at = (asNumber(minute) ?? 0) * MINUTE_MS;
    const day = localDate(at);
    const hours = days.get(day) ?? emptyDay();
    days.set(day, hours);
    const hour = new Date(at).getHours();
    FIGURES.forEach((name, index) => {
      hours[name][hour] = (hours[name][hour] ?? 0) + (asNumber(sums[index]) ?? 0);
    });
  }
  return days;
}
