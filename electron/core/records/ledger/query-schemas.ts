/**
 * The ledger's queries (valibot schemas, because they come from windows and from HTTP) and results.
 */
import * as v from 'valibot';
import { DEFAULT_SETTINGS } from '../../../../shared/settings.ts';
import type { Settings } from '../../../../shared/settings.ts';
import type { Efficiency } from '../../../../shared/efficiency.ts';
import type { Tally } from '../../../../shared/tally.ts';
import { APIS, ERROR_KINDS, OPERATIONS } from '../../../../shared/usage.ts';
import { BACKWARD, BACKWARD_DAYS, isForward } from './ranges.ts';

/** A time, Unix milliseconds. */
const moment = v.pipe(v.number(), v.integer());
/** A local calendar day, `2026-11-21`. */
const day = v.pipe(v.string(), v.isoDate());
const text = v.pipe(v.string(), v.maxLength(512));
/** Null selects the rows with an unknown name. */
const nameFilter = v.optional(v.nullable(text));

/** One of a closed set. An unknown name is refused, because it would silently match no row. */
function oneOf<const Names extends readonly string[]>(names: Names) {
  return v.picklist(names, `must be one of: ${names.join(', ')}`);
}

export const MAX_PAGE = 500;
const MAX_BUCKETS = 5_000;
const TOO_MANY = `A series has at most ${MAX_BUCKETS} points; take a wider bucket.`;

/**
 * A filter for finished exchanges. Missing fields do not filter. `from` is inclusive, `to`
 * exclusive.
 */
export const activityFilterSchema = v.object({
  from: v.optional(moment),
  to: v.optional(moment),
  upstream: v.optional(text),
  model: nameFilter,
  application: nameFilter,
  key: nameFilter,
  process: nameFilter,
  api: v.optional(oneOf(APIS)),
  operation: v.optional(oneOf(OPERATIONS)),
  /** An error's kind, or `any`. */
  error: v.optional(oneOf(['any', ...ERROR_KINDS])),
  /** 2 for 200 to 299 and so on; 0 for an exchange without a status. */
  statusClass: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5))),
  inference: v.optional(v.boolean()),
  /** The id of a session. */
  session: v.optional(text),
  /** Text to find in any name: model, path, client, tag … Letters A to Z match in both cases. */
  text: v.optional(text),
});
export type ActivityFilter = v.InferOutput<typeof activityFilterSchema>;

export const activityQuerySchema = v.object({
  ...activityFilterSchema.entries,
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PAGE))),
  /** `next` of the previous page. It stays valid when rows are added or deleted. */
  cursor: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^-?\d{1,16}\.\d{1,16}$/)))),
});
export type ActivityQuery = v.InferOutput<typeof activityQuerySchema>;

export const seriesQuerySchema = v.pipe(
  v.strictObject({
    from: moment,
    to: moment,
    /** The width of a point: at least a minute, rounded down to whole minutes. */
    bucketMs: v.pipe(v.number(), v.integer(), v.minValue(60_000)),
    upstream: v.optional(text),
    model: nameFilter,
    /** One line for everything, or one for each model or upstream. */
    groupBy: v.optional(v.picklist(['model', 'upstream'])),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check(({ from, to, bucketMs }) => (to - from) / bucketMs <= MAX_BUCKETS, TOO_MANY),
);
export type SeriesQuery = v.InferOutput<typeof seriesQuerySchema>;

export const gpuQuerySchema = v.pipe(
  v.strictObject({
    from: moment,
    to: moment,
    bucketMs: v.pipe(v.number(), v.integer(), v.minValue(1_000)),
  }),
  v.check(({ from, to }) => isForward(from, to), BACKWARD),
  v.check(({ from, to, bucketMs }) => (to - from) / bucketMs <= MAX_BUCKETS, TOO_MANY),
);
export type GpuQuery = v.InferOutput<typeof gpuQuerySchema>;

export const DIMENSIONS = ['model', 'upstream', 'application', 'key', 'operation'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Daily sums; the first and last day are included. */
export const rollupQuerySchema = v.pipe(
  v.strictObject({
    fromDay: v.optional(day),
    toDay: v.optional(day),
    model: nameFilter,
    upstream: v.optional(text),
    application: nameFilter,
    key: nameFilter,
    operation: v.optional(oneOf(OPERATIONS)),
    /** The dimensions to group by, in addition to days; the others are summed. */
    by: v.optional(v.array(v.picklist(DIMENSIONS))),
  }),
  v.check(({ fromDay, toDay }) => isForward(fromDay, toDay), BACKWARD_DAYS),
);
export type RollupQuery = v.InferOutput<typeof rollupQuerySchema>;

export const topQuerySchema = v.strictObject({
  fromDay: v.optional(day),
  toDay: v.optional(day),
  by: v.picklist(DIMENSIONS),
  order: v.picklist(['requests', 'errors', 'inputTokens', 'outputTokens', 'totalTokens']),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200))),
});
export type TopQuery = v.InferOutput<typeof topQuerySchema>;

/** Sums over exchanges, counted as in the totals. Unknown tokens add nothing. */
export interface Sums extends Tally {
  /** Exchanges without inference: lists, loads, token counts. */
  readonly otherRequests: number;
  /** Output tokens over generation time, of exchanges with a reported or derived speed. */
  readonly outputTokensPerSecond: number | null;
  readonly efficiency: Efficiency;
  readonly durationMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface RollupRow extends Sums {
  readonly day: string;
  /** Null if it was summed over, or is unknown. */
  readonly model: string | null;
  readonly upstream: string | null;
  readonly application: string | null;
  readonly key: string | null;
  readonly operation: string | null;
}

export interface TopRow extends Sums {
  readonly name: string | null;
}

/** Mean and nearest-rank percentiles; null without measurements. */
export interface Distribution {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** One point of a chart. Points without exchanges are left out. */
export interface SeriesPoint extends Omit<Tally, 'unmeteredRequests'> {
  /** The bucket's start, a multiple of the bucket's width in UTC. */
  readonly at: number;
  /** The model or upstream of the line; null without `groupBy`, or if it is unknown. */
  readonly name: string | null;
  readonly efficiency: Efficiency;
  readonly latencyMs: Distribution;
  readonly timeToFirstTokenMs: Distribution;
  readonly outputTokensPerSecond: Distribution;
  /** Most exchanges at once. For lines over several models, the maximum of one of them. */
  readonly inFlightPeak: number | null;
}

export interface Series {
  readonly bucketMs: number;
  /** Points before this time are at least an hour wide, even if narrower ones were requested. */
  readonly hourlyBefore: number;
  readonly points: readonly SeriesPoint[];
}

export interface Percentiles {
  readonly latencyMs: Distribution;
  readonly timeToFirstTokenMs: Distribution;
  readonly outputTokensPerSecond: Distribution;
  /** `rows`: exact. `sketch`: every percentile is within 1 % of the exact one. */
  readonly method: 'rows' | 'sketch';
  /** The range that was actually read. Sketches begin and end at whole minutes (or hours). */
  readonly from: number | null;
  readonly to: number | null;
}

/** The content of one part of the ledger. Times are Unix milliseconds; null if it is empty. */
export interface Holding {
  readonly rows: number;
  readonly bytes: number;
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface StorageSummary {
  /** The size of the ledger's file, including its free space. */
  readonly fileBytes: number;
  readonly freeBytes: number;
  readonly activity: Holding;
  readonly series: Holding;
  readonly rollups: Holding;
  readonly gpuSamples: Holding;
  readonly captures: Holding;
}

/** How long data is kept, and the largest size of the file. */
export type Retention = Settings['retention'];
export const DEFAULT_RETENTION: Retention = DEFAULT_SETTINGS.retention;

/** `metrics`: series, rollups and GPU samples. `logs`: activity. Totals are not kept here. */
export const clearSchema = v.picklist(['metrics', 'logs', 'captures', 'all']);
export type Clear = v.InferOutput<typeof clearSchema>;

export const exportSchema = v.object({
  what: v.picklist(['activity', 'rollups', 'series']),
  format: v.picklist(['csv', 'json', 'ndjson']),
  /** Activity supports all fields. Series and rollups support only `from` and `to`. */
  filter: v.optional(activityFilterSchema, {}),
});
export type ExportQuery = v.InferOutput<typeof exportSchema>;

/** The possible values of a filter among the stored names. */
export const NAME_KINDS = [
  'model',
  'upstream',
  'application',
  'key',
  'process',
  'endpoint',
] as const;
export type NameKind = (typeof NAME_KINDS)[number];

export interface ActivityPage<Row> {
  /**
   * Newest first. May be shorter than requested although there is a `next`, because the search time
   * is bounded.
   */
  readonly rows: readonly Row[];
  /** Null at the end. */
  readonly next: string | null;
}
