/** What the history page shows, as its address says. */
import { HISTORY_DIMENSIONS } from '../../../shared/history.ts';
import type { History, HistoryDimension, Interval } from '../../../shared/history.ts';
import type { JobView } from '../../../shared/jobs.ts';
import type { Query } from '../../client/api.ts';
import { PRESETS, parseRange, rangeText } from '../../state/range.ts';
import type { ChosenRange, Preset } from '../../state/range.ts';

export const FALLBACK: Preset = '24h';
const JOB = 'job:';
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Narrow enough that a bar is wider than its gap in a column of the page. */
const POINTS = 150;
/** Of the API. */
const MOST_POINTS = 600;
const HEATMAP_AFTER_MS = 14 * DAY_MS;

export type Filters = Partial<Readonly<Record<HistoryDimension, string>>>;
export type TokenSide = 'output' | 'input';
export type HeatmapFigure = 'tokens' | 'requests' | 'energyJoules';

export interface View {
  readonly range: ChosenRange;
  readonly by: HistoryDimension | null;
  readonly filters: Filters;
  /** The name of a job: only what it counted is shown; null for everything. */
  readonly job: string | null;
  /** The range compared with: `before`, `week`, or `job:` with a job's name; null for none. */
  readonly compare: string | null;
  /** Of grouped tokens only one side is shown. */
  readonly tokens: TokenSide;
  readonly heat: HeatmapFigure;
}

export function parseView(params: URLSearchParams): View {
  const by = HISTORY_DIMENSIONS.find((each) => each === params.get('by')) ?? null;
  const filters = HISTORY_DIMENSIONS.flatMap((name) => {
    const value = params.get(name) ?? '';
    return value === '' ? [] : [[name, value]];
  });
  const heat = params.get('heat');
  return {
    range: parseRange(params.get('range') ?? FALLBACK, FALLBACK),
    by,
    filters: Object.fromEntries(filters) as Filters,
    job: params.get('job'),
    compare: params.get('compare'),
    tokens: params.get('tokens') === 'input' ? 'input' : 'output',
    heat: heat === 'requests' || heat === 'energyJoules' ? heat : 'tokens',
  };
}

/** The question for the charts. */
export function historyQuery({ by, filters, job }: View, { from, to }: Interval): Query {
  return { from: Math.floor(from), to: Math.ceil(to), points: POINTS, by, job, ...filters };
}

/** The same question apart from the time, which moves on by itself. */
export function identityOf({ range, by, filters, job }: View): string {
  const { from, to } = range.at(0);
  return JSON.stringify([range.preset ?? [from, range.since ?? to], by, filters, job]);
}

export interface Comparison extends Interval {
  readonly filters: Filters;
  readonly job: string | null;
}

/** The range that `shown` is compared with; null for none, and for a job that no longer exists. */
export function comparisonOf(
  { compare, filters, job }: Pick<View, 'compare' | 'filters' | 'job'>,
  { from, to }: Interval,
  jobs: readonly JobView[],
  now: number,
): Comparison | null {
  if (compare === 'before') return { from: 2 * from - to, to: from, filters, job };
  if (compare === 'week') return { from: from - WEEK_MS, to: to - WEEK_MS, filters, job };
  if (compare?.startsWith(JOB) !== true) return null;
  const other = jobs.find(({ name }) => name === compare.slice(JOB.length));
  return other === undefined ? null : { ...jobRange(other, now), filters, job: other.name };
}

/** The question for a comparison, with steps as wide as those of `shown` if possible. */
export function comparisonQuery(
  { from, to, filters, job }: Comparison,
  by: HistoryDimension | null,
  { bucketMs }: Pick<History, 'bucketMs'>,
): Query {
  const points = Math.min(MOST_POINTS, Math.max(1, Math.ceil((to - from) / bucketMs)));
  return { from, to, points, by, job, ...filters };
}

export function compareJob(name: string): string {
  return JOB + name;
}

/** From its first start to its last end, or to now. */
export function jobRange({ runs }: JobView, now: number): Interval {
  const from = runs[0]?.startedAt ?? now;
  const to = runs.at(-1)?.stoppedAt ?? now;
  return { from, to: Math.max(to, from + 1) };
}

/** The changes of the address that remove all filters. */
export const NO_FILTERS: Readonly<Record<HistoryDimension | 'job', null>> = {
  ...{ model: null, upstream: null, application: null, key: null, process: null },
  ...{ session: null, job: null },
};

/** The range of a job in the address; of a running one, until now. */
export function jobRangeText(job: JobView, now: number): string {
  const range = jobRange(job, now);
  return job.running ? `${range.from}~` : rangeText(range);
}

/** The next longer preset; null if there is none. */
export function widerPreset(spanMs: number): Preset | null {
  const presets = Object.entries(PRESETS) as [Preset, number][];
  return presets.find(([, length]) => length > spanMs * 1.5)?.[0] ?? null;
}

export function hasHeatmap({ from, to }: Interval): boolean {
  return to - from > HEATMAP_AFTER_MS && to - from <= 400 * DAY_MS;
}

/** True if there is nothing to show: no request and no reading of a GPU. */
export function isEmpty({ total, gpu }: History): boolean {
  return (total.sums.requests ?? 0) === 0 && gpu.powerW.mean.every((value) => value === null);
}
