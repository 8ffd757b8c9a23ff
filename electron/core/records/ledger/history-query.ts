/** The queries of the history page. */
import * as v from 'valibot';
import { HISTORY_DIMENSIONS, SUMMED_DIMENSIONS } from '../../../../shared/history.ts';
import type { History, HistoryDimension } from '../../../../shared/history.ts';
import { OPERATIONS } from '../../../../shared/usage.ts';
import { BACKWARD, isForward } from './ranges.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 3_660;
export const MAX_POINTS = 600;
const MAX_HEATMAP_DAYS = 400;
const MAX_CONTEXT_DAYS = 90;

const moment = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(512));
const nameFilter = v.optional(v.nullable(text));

/** Null selects exchanges without the name. */
const filterEntries = {
  model: nameFilter,
  upstream: v.optional(text),
  application: nameFilter,
  key: nameFilter,
  process: nameFilter,
};
const range = { from: moment, to: moment };
const TOO_LONG = `from: a history covers at most ${MAX_DAYS} days; take a shorter range.`;
const EMPTY = 'from: must be before to';

export const historyQuerySchema = v.pipe(
  v.strictObject({
    ...range,
    ...filterEntries,
    session: v.optional(v.pipe(text, v.minLength(1))),
    /** The name of a job: only what it counted. */
    job: v.optional(v.pipe(text, v.minLength(1))),
    operation: v.optional(v.picklist(OPERATIONS, `must be one of: ${OPERATIONS.join(', ')}`)),
    /** The most buckets; the answer has the next round width. */
    points: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_POINTS)), 300),
    by: v.optional(
      v.picklist(HISTORY_DIMENSIONS, `must be one of: ${HISTORY_DIMENSIONS.join(', ')}`),
    ),
    /** How many lines; the rest is summed as others. */
    top: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8)), 7),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check(({ from, to }) => from < to, EMPTY),
  v.check(({ from, to }) => to - from <= MAX_DAYS * DAY_MS, TOO_LONG),
);
export type HistoryQuery = v.InferOutput<typeof historyQuerySchema>;
export type HistoryFilter = Pick<
  HistoryQuery,
  'from' | 'to' | 'model' | 'upstream' | 'application' | 'key' | 'process' | 'session' | 'operation'
>;

/** The ids above `afterId`, up to `upToId` or to the newest. */
export interface IdRange {
  readonly afterId: number;
  readonly upToId: number | null;
}

/** Prices of electricity by hour, so that the reader can compute costs. */
export interface HourPrices {
  /** Hours since 1970 (UTC) of the first price. */
  readonly firstHour: number;
  /** Null where there is no price. */
  readonly perKwh: readonly (number | null)[];
}

export interface PricedHistoryQuery extends Omit<HistoryQuery, 'job'> {
  /** Only the exchanges of these runs of a job, by their ids. */
  readonly runs?: readonly IdRange[];
  /** Null without a tariff. */
  readonly prices: HourPrices | null;
  readonly now: number;
}
export type HistoryData = Omit<History, 'currency'>;

/** The sums are by one dimension, so two filters at once cannot be answered from them. */
function isByOne(query: Partial<Record<HistoryDimension, string | null | undefined>>): boolean {
  return SUMMED_DIMENSIONS.filter((name) => query[name] !== undefined).length <= 1;
}
const BY_MANY = 'Give at most one of model, upstream, application, key and process.';

export const heatmapQuerySchema = v.pipe(
  v.strictObject({ ...range, ...filterEntries }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check(
    ({ from, to }) => to - from <= MAX_HEATMAP_DAYS * DAY_MS,
    `from: a heat map covers at most ${MAX_HEATMAP_DAYS} days; take a shorter range.`,
  ),
  v.check((query) => isByOne(query), BY_MANY),
);
export type HeatmapQuery = v.InferOutput<typeof heatmapQuerySchema>;

export const contextQuerySchema = v.strictObject({
  model: v.pipe(text, v.minLength(1)),
  /** Up to now. */
  days: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_CONTEXT_DAYS)),
    30,
  ),
});
export type ContextQuery = v.InferOutput<typeof contextQuerySchema>;

export const distributionQuerySchema = v.pipe(
  v.strictObject({
    ...range,
    ...filterEntries,
    ttftTargetMs: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(86_400_000))),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check((query) => isByOne(query), BY_MANY),
);
export type DistributionQuery = v.InferOutput<typeof distributionQuerySchema>;
