import * as v from 'valibot';
import { localDate } from '../../../../shared/format.ts';
import { canonicalModelName } from '../../../../shared/model-names.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { foldJobs, jobSchema } from './jobs.ts';
import { EMPTY_PERIOD, foldPeriod, periodSchema } from './period.ts';
import { foldSeries, seriesSchema } from './series.ts';
import { count } from './tally.ts';
import type { Part } from './tally.ts';

/** A local calendar day. */
const daySchema = v.object({ ...periodSchema.entries, date: v.string() });

/** The state into which records are folded. It is also stored in this form. */
export const statsSchema = v.object({
  since: v.number(),
  /** The id of the last record folded in. */
  lastId: count,
  ever: periodSchema,
  /**
   * Totals since the first start by several dimensions at once. Files of earlier versions have
   * none.
   */
  series: v.optional(v.array(seriesSchema), []),
  /** The day of the last record. */
  today: daySchema,
  /**
   * The day counted before it. If the clock is set across midnight and back, its sums are needed
   * again.
   */
  otherDay: v.optional(v.nullable(daySchema), null),
  /** The period since the last snapshot. Records up to `afterId` belong to an earlier one. */
  period: v.object({ ...periodSchema.entries, since: v.number(), afterId: count }),
  jobs: v.array(jobSchema),
  /** Upstreams that were recognised as Ollama, whose models have several names. */
  ollamaUpstreams: v.optional(v.array(v.string()), []),
  /** The range of ids whose records could not be read when they should have been folded in. */
  gap: v.optional(v.nullable(v.object({ after: count, before: count })), null),
});

export type Stats = v.InferOutput<typeof statsSchema>;

/** Returns empty totals that begin at `now`, Unix milliseconds. */
export function emptyStats(now: number): Stats {
  return {
    since: now,
    lastId: 0,
    ever: EMPTY_PERIOD,
    series: [],
    today: { ...EMPTY_PERIOD, date: localDate(now) },
    otherDay: null,
    period: { ...EMPTY_PERIOD, since: now, afterId: 0 },
    jobs: [],
    ollamaUpstreams: [],
    gap: null,
  };
}

/**
 * Folds in one more record. Ignores a record that was folded in before. A record belongs to the
 * local day of its end. That day may be earlier than the last one, if the clock was set back.
 */
export function fold(stats: Stats, given: ActivityRecord): Stats {
  if (given.id <= stats.lastId) return stats;
  const record = counted(stats, given);
  return { ...add(stats, record, 'all'), ...foldDays(stats, record), lastId: record.id };
}

/** Adds the energy of a record that was folded in before its energy was known. */
export function foldEnergy(stats: Stats, given: ActivityRecord): Stats {
  const record = counted(stats, given);
  const date = localDate(record.completedAt);
  const withEnergy = (day: Stats['today']): Stats['today'] =>
    day.date === date ? { date, ...foldPeriod(day, record, 'energy') } : day;
  const { today, otherDay } = stats;
  return {
    ...add(stats, record, 'energy'),
    today: withEnergy(today),
    otherDay: otherDay === null ? null : withEnergy(otherDay),
  };
}

/**
 * Counts all records of the gap at once, and closes the gap. A second call changes nothing. These
 * records are older than those counted since, so they never replace a kept day by an earlier one.
 */
export function fillGap(stats: Stats, records: readonly ActivityRecord[]): Stats {
  if (stats.gap === null) return stats;
  const filled = records.reduce((sums, given) => {
    const record = counted(stats, given);
    const date = localDate(record.completedAt);
    const counts = heldDay(sums, date) !== undefined || date > sums.today.date;
    return { ...add(sums, record, 'all'), ...(counts ? foldDays(sums, record) : {}) };
  }, stats);
  const whole = { ...filled, gap: null };
  return stats.gap.after === 0 ? beginWith(whole, records) : whole;
}

/**
 * Returns totals that begin no later than these records. For totals that were lost or never saved,
 * and count the ledger's rows from the first one on.
 */
export function beginWith(stats: Stats, records: readonly ActivityRecord[]): Stats {
  const since = records.reduce((min, { startedAt }) => Math.min(min, startedAt), stats.since);
  const { period } = stats;
  const isFirst = period.afterId === 0;
  return {
    ...stats,
    since,
    period: isFirst ? { ...period, since: Math.min(since, period.since) } : period,
  };
}

/**
 * Returns the record with its canonical model name. Its row may have been stored before the
 * upstream was recognised.
 */
function counted({ ollamaUpstreams }: Stats, record: ActivityRecord): ActivityRecord {
  const { upstream, countedModel } = record;
  if (countedModel === null || !ollamaUpstreams.includes(upstream)) return record;
  return { ...record, countedModel: canonicalModelName('ollama', countedModel) };
}

/** Returns the totals of a local day; undefined if it is not one of the last two counted days. */
export function heldDay({ today, otherDay }: Stats, date: string): Stats['today'] | undefined {
  return [today, otherDay].find((day) => day?.date === date) ?? undefined;
}

function foldDays(stats: Stats, record: ActivityRecord): Pick<Stats, 'today' | 'otherDay'> {
  const { today, otherDay } = stats;
  const date = localDate(record.completedAt);
  const day = heldDay(stats, date) ?? { ...EMPTY_PERIOD, date };
  return {
    today: { date, ...foldPeriod(day, record, 'all') },
    otherDay: date === today.date ? otherDay : today,
  };
}

/** Adds a part of a record to all totals except the days and the last id. */
function add(stats: Stats, record: ActivityRecord, part: Part): Stats {
  const { ever, series, period, jobs, ollamaUpstreams } = stats;
  const isInPeriod = record.id > period.afterId;
  return {
    ...stats,
    ever: foldPeriod(ever, record, part),
    series: part === 'all' ? foldSeries(series, record) : series,
    period: isInPeriod ? { ...period, ...foldPeriod(period, record, part) } : period,
    jobs: foldJobs(jobs, record, ollamaUpstreams.includes(record.upstream), part),
  };
}

/**
 * Starts a new period after the record `afterId`. Totals since the first start stay as they are.
 */
export function startPeriod(stats: Stats, now: number, afterId: number): Stats {
  return { ...stats, period: { ...EMPTY_PERIOD, since: now, afterId } };
}
