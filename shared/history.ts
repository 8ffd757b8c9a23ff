/** What the history page shows. All figures are computed by the ledger; unknown is null, never 0. */

/** Names by which there are sums. */
export const SUMMED_DIMENSIONS = ['model', 'upstream', 'application', 'key', 'process'] as const;
/** What the lines of a history may be by, and what they may be filtered by. Sessions are read from the exchanges. */
export const HISTORY_DIMENSIONS = [...SUMMED_DIMENSIONS, 'session'] as const;
export type HistoryDimension = (typeof HISTORY_DIMENSIONS)[number];

/** One value a bucket; null where it is unknown. */
export type HistoryColumn = readonly (number | null)[];

/** A time, Unix milliseconds; `to` is exclusive. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The figures of one line over the whole range. Null is unknown: metering was off all the time, or no value was measured. */
export interface HistorySums {
  readonly requests: number | null;
  readonly errors: number | null;
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  /** Always an estimate. */
  readonly energyJoules: number | null;
  /** In `History.currency`; null if a part of the energy has no price. */
  readonly cost: number | null;
  /** Percentiles of the whole range within 1 %, not means of those of buckets. */
  readonly outputTokensPerSecond: {
    readonly p5: number | null;
    readonly p50: number | null;
    readonly p95: number | null;
  };
  readonly timeToFirstTokenMs: { readonly p50: number | null; readonly p95: number | null };
}

/** The figures of one line by bucket. All columns have one value for each entry of `History.at`. */
export interface HistoryLine {
  /** Null for exchanges without a name, for the total and for the others. */
  readonly name: string | null;
  /** True for the sum of the lines that are not shown on their own. */
  readonly isOthers: boolean;
  readonly sums: HistorySums;
  readonly requests: HistoryColumn;
  readonly errors: HistoryColumn;
  readonly inputTokens: HistoryColumn;
  readonly cachedInputTokens: HistoryColumn;
  readonly outputTokens: HistoryColumn;
  /** Energy of the exchanges. Always an estimate. */
  readonly energyJoules: HistoryColumn;
  /** What that energy cost, in `History.currency`; null if a part of it has no price. */
  readonly cost: HistoryColumn;
  /** Percentiles within 1 %, without estimated speeds. */
  readonly outputTokensPerSecond: {
    readonly p5: HistoryColumn;
    readonly p50: HistoryColumn;
    readonly p95: HistoryColumn;
  };
  readonly timeToFirstTokenMs: { readonly p50: HistoryColumn; readonly p95: HistoryColumn };
}

/** A figure of all GPUs together. The least and the greatest are of the readings, not of means. */
export interface HistoryRange {
  readonly min: HistoryColumn;
  readonly mean: HistoryColumn;
  readonly max: HistoryColumn;
}

export interface HistoryGpu {
  readonly powerW: HistoryRange;
  readonly utilizationPercent: HistoryRange;
  readonly memoryUsedBytes: HistoryRange;
}

/** The answer for a whole page of charts. */
export interface History extends Interval {
  /** The width of a bucket, milliseconds. Days follow the local calendar, so one may be 23 or 25 hours long. */
  readonly bucketMs: number;
  /** The start of each bucket, ascending. `from` is the first start, `to` the last end. */
  readonly at: readonly number[];
  readonly total: HistoryLine;
  /** The largest lines of `by` by tokens, then the others; empty without `by`. */
  readonly lines: readonly HistoryLine[];
  readonly gpu: HistoryGpu;
  /** Null without a tariff. */
  readonly currency: string | null;
  /**
   * Times in which metering was off or Tokwatt did not run, since it first did. Buckets that lie in one or before that
   * have only nulls.
   */
  readonly off: readonly Interval[];
  /**
   * Figures before this time are unknown: too many rows match the filter, or sums of an earlier version are still
   * being made. Null if the whole range is covered.
   */
  readonly coveredFrom: number | null;
  /** `sums`: from sums by minute or hour. `rows`: from the exchanges. */
  readonly source: 'sums' | 'rows';
}

/** Quartiles of some days. */
export interface Quartiles {
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
}

/** A figure of one hour of the day: today's, and the usual one. */
export interface UsualFigure {
  /** Null for hours that have not begun. */
  readonly today: number | null;
  /** From midnight to the end of this hour, or to now. */
  readonly todaySoFar: number | null;
  /** Null if there are too few days. */
  readonly usual: Quartiles | null;
  readonly usualSoFar: Quartiles | null;
}

export interface UsualHour {
  /** The local hour of the day, 0 to 23. */
  readonly hour: number;
  readonly requests: UsualFigure;
  readonly tokens: UsualFigure;
  readonly energyJoules: UsualFigure;
}

/** Today beside the days before it. */
export interface Usual {
  /** The local day of today. */
  readonly day: string;
  /** Days with at least one request among those looked at. */
  readonly days: number;
  /** Without so many days, the usual figures are null. */
  readonly neededDays: number;
  readonly hours: readonly UsualHour[];
}

/** Use by hour of one local day. Null for hours in which metering was off. */
export interface HeatmapDay {
  readonly day: string;
  readonly requests: HistoryColumn;
  readonly tokens: HistoryColumn;
  readonly energyJoules: HistoryColumn;
}

export interface Heatmap extends Interval {
  /** Oldest first, each with 24 hours. */
  readonly days: readonly HeatmapDay[];
}

/** One exchange in the plot of speed against context. */
export interface ContextPoint {
  readonly id: number;
  readonly at: number;
  /** Tokens of the prompt, with cached ones. */
  readonly contextTokens: number;
  readonly outputTokensPerSecond: number | null;
  readonly promptTokensPerSecond: number | null;
}

export interface Deciles {
  readonly count: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

/** The exchanges with a context above `from` tokens, up to `to`. */
export interface ContextBin {
  readonly from: number;
  readonly to: number;
  readonly outputTokensPerSecond: Deciles;
  readonly promptTokensPerSecond: Deciles;
}

export interface SpeedByContext extends Interval {
  readonly model: string;
  /** The exchanges that the bins are made from. */
  readonly exchanges: number;
  /** True if there are more, so that these are a sample from the whole range. */
  readonly isSample: boolean;
  /** At most 500, spread over all contexts. */
  readonly points: readonly ContextPoint[];
  readonly bins: readonly ContextBin[];
}

export interface HistogramBar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How a figure is spread, within 1 %. */
export interface Histogram {
  readonly count: number;
  readonly mean: number | null;
  readonly p5: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  /** Bars of equal width on a logarithmic axis. */
  readonly bars: readonly HistogramBar[];
}

export interface HistoryDistribution extends Interval {
  readonly outputTokensPerSecond: Histogram;
  readonly timeToFirstTokenMs: Histogram;
  /** The share of exchanges whose first token came in time, 0 to 1; null without a target or without exchanges. */
  readonly underTarget: number | null;
  readonly ttftTargetMs: number | null;
  readonly coveredFrom: number | null;
}
