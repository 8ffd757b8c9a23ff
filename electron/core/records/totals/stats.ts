import * as v from 'valibot';
import { localDate } from '../../../../shared/format.ts';
import { canonicalModelName } from '../../../../shared/model-names.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { foldJobs, jobSchema } from './jobs.ts';
import { REST_OF_MODELS, UNKNOWN_MODEL, foldSeries, seriesSchema } from './series.ts';
import { EMPTY_TALLY, count, foldLines, foldTally, lineSchema, tallySchema } from './tally.ts';

/** The dimensions of the totals, and the most names of each before further names share one line. */
export const DIMENSIONS = {
  model: { limit: 200, rest: REST_OF_MODELS },
  endpoint: { limit: 60, rest: 'other endpoints' },
  api: { limit: 10, rest: 'other' },
  architecture: { limit: 60, rest: 'other architectures' },
  upstream: { limit: 60, rest: 'other upstreams' },
  operation: { limit: 20, rest: 'other' },
  client: { limit: 60, rest: 'other clients' },
  key: { limit: 60, rest: 'other keys' },
} as const;

export type Dimension = keyof typeof DIMENSIONS;
const NAMES = Object.keys(DIMENSIONS) as Dimension[];

const featuresSchema = v.object({
  toolCalls: count,
  structuredOutput: count,
  images: count,
  thinking: count,
});

const lines = v.array(lineSchema);

export const periodSchema = v.object({
  all: tallySchema,
  /** Requests without inference. */
  otherRequests: count,
  features: featuresSchema,
  /** Lists and not maps, because a model may be called `__proto__`. */
  by: v.object({
    model: lines,
    endpoint: lines,
    api: lines,
    architecture: lines,
    upstream: lines,
    operation: lines,
    client: lines,
    key: lines,
  }),
});

export type Period = v.InferOutput<typeof periodSchema>;

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

export const EMPTY_PERIOD: Period = {
  all: EMPTY_TALLY,
  otherRequests: 0,
  features: { toolCalls: 0, structuredOutput: 0, images: 0, thinking: 0 },
  by: {
    model: [],
    endpoint: [],
    api: [],
    architecture: [],
    upstream: [],
    operation: [],
    client: [],
    key: [],
  },
};

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
  return { ...add(stats, record), ...foldDays(stats, record), lastId: record.id };
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
    return { ...add(sums, record), ...(counts ? foldDays(sums, record) : {}) };
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
    today: { date, ...foldPeriod(day, record) },
    otherDay: date === today.date ? otherDay : today,
  };
}

/** Adds a record to all totals except the days and the last id. */
function add(stats: Stats, record: ActivityRecord): Stats {
  const { ever, series, period, jobs, ollamaUpstreams } = stats;
  return {
    ...stats,
    ever: foldPeriod(ever, record),
    series: foldSeries(series, record),
    period: record.id > period.afterId ? { ...period, ...foldPeriod(period, record) } : period,
    jobs: foldJobs(jobs, record, ollamaUpstreams.includes(record.upstream)),
  };
}

/**
 * Starts a new period after the record `afterId`. Totals since the first start stay as they are.
 */
export function startPeriod(stats: Stats, now: number, afterId: number): Stats {
  return { ...stats, period: { ...EMPTY_PERIOD, since: now, afterId } };
}

function foldPeriod(period: Period, record: ActivityRecord): Period {
  if (!record.inference) {
    return { ...onlyPeriod(period), otherRequests: period.otherRequests + 1 };
  }
  const names = namesOf(record);
  const by = { ...period.by };
  for (const dimension of NAMES) {
    const name = names[dimension];
    if (name !== null) {
      by[dimension] = foldLines(by[dimension], name, record, DIMENSIONS[dimension]);
    }
  }
  return {
    all: foldTally(period.all, record),
    otherRequests: period.otherRequests,
    features: foldFeatures(period.features, record),
    by,
  };
}

function onlyPeriod({ all, otherRequests, features, by }: Period): Period {
  return { all, otherRequests, features, by };
}

/**
 * Returns the record's name in each dimension; null if it is unknown. An unknown architecture gets
 * no line.
 */
function namesOf(record: ActivityRecord): Record<Dimension, string | null> {
  return {
    model: record.countedModel ?? UNKNOWN_MODEL,
    endpoint: record.endpoint,
    api: record.api,
    architecture: record.architecture,
    upstream: record.upstream,
    operation: record.operation,
    client: record.client.application,
    key: record.client.key,
  };
}

function foldFeatures(sums: Period['features'], { features }: ActivityRecord): Period['features'] {
  return {
    toolCalls: sums.toolCalls + (features.tools === true ? 1 : 0),
    structuredOutput: sums.structuredOutput + (features.structuredOutput === true ? 1 : 0),
    images: sums.images + (features.images === true ? 1 : 0),
    thinking: sums.thinking + (features.thinking === true ? 1 : 0),
  };
}
