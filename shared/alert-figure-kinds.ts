/** The kinds of figures that alert rules use. The figures themselves are in `alert-figures.ts`. */
import {
  UNKNOWN,
  formatCount,
  formatDuration,
  formatPercent,
  formatPower,
  formatRate,
  formatRateValue,
  formatTokens,
} from './format.ts';
import { formatTemperature } from './format-temperature.ts';
import { formatJoulesPerToken, formatWattHours } from './format-energy.ts';
import type { GpuReading } from './gpu.ts';
import type { MeasuredState } from './slices.ts';
import type { Tally } from './tally.ts';
import type { ActivityRecord } from './usage.ts';

/** Dimensions that a figure can be split by. */
export const SPLITS = [
  ...['model', 'client', 'key', 'upstream'],
  ...['gpu', 'exporter', 'insight', 'budget'],
] as const;
export type Split = (typeof SPLITS)[number];

/** A drop compares the last window with this many windows before it. */
export const BASELINE_WINDOWS = 6;

/** The names a value belongs to, by dimension; unknown ones are left out. */
export type Names = Readonly<Partial<Record<Split, string>>>;

export type Unit =
  | 'percent'
  | 'per_minute'
  | 'ms'
  | 'tokens_per_second'
  | 'tokens'
  | 'watt_hours'
  | 'joules_per_token'
  | 'celsius'
  | 'watts'
  | 'count'
  | 'yes_no';

interface Words {
  /** A few words that can begin a sentence. */
  readonly title: string;
  /** One sentence: what is counted and when the value is unknown. */
  readonly meaning: string;
  readonly unit: Unit;
  readonly splits: readonly Split[];
}

/** A number computed from the exchanges that finished in the last `windowMs`. */
export interface WindowFigure extends Words {
  readonly kind: 'window';
  /**
   * - `per_minute`: the samples' sum, a minute
   * - `percent`: their mean, times a hundred
   * - `percentile`: the rule's percentile of them
   * - `drop`: by how much their median fell below that of the time before, in percent
   */
  readonly fold: 'per_minute' | 'percent' | 'percentile' | 'drop';
  /** The sample of one inference exchange; null leaves it out. */
  readonly sample: (record: ActivityRecord) => number | null;
  /** The default percentile; null if the figure has no percentile. */
  readonly percentile: number | null;
  /** A counter or histogram. `match` selects its series; `scale` converts to the figure's unit. */
  readonly metric: { readonly name: string; readonly match?: string; readonly scale?: number };
}

/** A sum over the local day, from the totals. It survives a restart and is reset at midnight. */
export interface TodayFigure extends Words {
  readonly kind: 'today';
  readonly sum: (tally: Tally) => number | null;
  /** The value for a name without a request today. */
  readonly absent: 0 | null;
}

/** A figure read from the present state. */
export interface StateFigure extends Words {
  readonly kind: 'state';
  /** How several readings become one: the one nearest to an alert, or their sum. */
  readonly fold: 'worst' | 'sum';
  /** `now` is Unix milliseconds. */
  readonly readings: (state: MeasuredState, now: number) => readonly Reading[];
  /** PromQL for a label selector such as `{gpu="0"}`; null if `/metrics` lacks the figure. */
  readonly metric: ((selector: string) => string) | null;
  /** Dimensions that are labels of that metric too. */
  readonly metricSplits: readonly Split[];
}

export interface Reading {
  readonly names: Names;
  readonly value: number | null;
}

export type Figure = WindowFigure | TodayFigure | StateFigure;

const OF_RECORDS = ['model', 'client', 'key', 'upstream'] as const;

/** The names of a finished exchange, as the totals use them. */
export function namesOf({ countedModel, upstream, client }: ActivityRecord): Names {
  return {
    model: countedModel ?? 'unknown model',
    upstream,
    ...(client.application === null ? {} : { client: client.application }),
    ...(client.key === null ? {} : { key: client.key }),
  };
}

/** A value with its unit, for people. */
export function formatFigure(unit: Unit, value: number | null): string {
  if (value === null) return UNKNOWN;
  switch (unit) {
    case 'percent':
      return formatPercent(value);
    case 'per_minute':
      return `${formatRateValue(value)} per minute`;
    case 'ms':
      return formatDuration(value);
    case 'tokens_per_second':
      return formatRate(value);
    case 'tokens':
      return formatTokens(value);
    case 'watt_hours':
      return `${formatWattHours(value * 3_600)} Wh`;
    case 'joules_per_token':
      return formatJoulesPerToken(value);
    case 'celsius':
      return formatTemperature(value);
    case 'watts':
      return formatPower(value);
    case 'count':
      return formatCount(value);
    case 'yes_no':
      return value > 0 ? 'yes' : 'no';
  }
}

type WindowWords = Pick<WindowFigure, 'title' | 'meaning' | 'sample' | 'metric'>;

/** A sum over the window, a minute. */
export function perMinute(given: WindowWords): WindowFigure {
  return {
    kind: 'window',
    fold: 'per_minute',
    unit: 'per_minute',
    splits: OF_RECORDS,
    percentile: null,
    ...given,
  };
}

/** A share of the samples of the window, which are 0 or 1. */
export function percent(given: WindowWords): WindowFigure {
  return { ...perMinute(given), fold: 'percent', unit: 'percent' };
}

/** A percentile of the window; in milliseconds unless it says otherwise. */
export function percentile(given: WindowWords): WindowFigure {
  return { ...perMinute(given), fold: 'percentile', unit: 'ms', percentile: 95 };
}

/** A percentile of a part of the duration. */
export function phase(name: string, title: string, sample: WindowFigure['sample']): WindowFigure {
  const meaning = 'Unknown if the server does not report it.';
  const metric = {
    name: 'tokwatt_phase_duration_seconds',
    match: `phase="${name}"`,
    scale: 1_000,
  };
  return percentile({ title, meaning, sample, metric });
}

/** A sum over the local day. */
export function today(title: string, unit: Unit, sum: TodayFigure['sum']): TodayFigure {
  const meaning = 'Since local midnight, by the time requests ended.';
  return { kind: 'today', title, meaning, unit, splits: OF_RECORDS, sum, absent: 0 };
}

/** A ratio of sums over the local day, which is unknown without requests. */
export function ratioToday(title: string, unit: Unit, sum: TodayFigure['sum']): TodayFigure {
  const meaning =
    'Since local midnight, over requests measured for at least 90 %; unknown without them.';
  return { ...today(title, unit, sum), meaning, absent: null };
}

type StateWords = Pick<StateFigure, 'title' | 'meaning' | 'unit' | 'splits' | 'readings'>;

/** A figure of the present state. */
export function state(given: StateWords & Partial<StateFigure>): StateFigure {
  return { kind: 'state', fold: 'worst', metric: null, metricSplits: given.splits, ...given };
}

interface GpuWords extends Pick<StateFigure, 'title' | 'unit' | 'metric'> {
  readonly value: (gpu: GpuReading) => number | null;
}

/** A reading of each GPU. */
export function gpu({ value, ...words }: GpuWords): StateFigure {
  return state({
    ...words,
    meaning: 'Unknown if the GPU does not report it. GPUs are named by their number.',
    splits: ['gpu'],
    readings: ({ gpu: { status, gpus } }) =>
      gpus.map((each) => ({
        names: { gpu: `${each.index}` },
        // Old readings do not describe the present.
        value: status === 'live' ? value(each) : null,
      })),
  });
}
