import type { HistoryLine, HistorySums } from '../../../../shared/history.ts';
import { SketchSum } from '../../sketch/sketch-sum.ts';
import type { SqlRow } from './database.ts';
import type { HourPrices } from './history-query.ts';
import { asBytes, asNumber } from './sql-values.ts';

const JOULES_PER_KWH = 3_600_000;
const HOUR_MS = 3_600_000;
const SUMS = [
  ...['requests', 'errors', 'inputTokens', 'cachedInputTokens', 'outputTokens', 'energyJoules'],
] as const;
const SPEED_RANKS = [0.05, 0.5, 0.95];
const TTFT_RANKS = [0.5, 0.95];

/** What is added to a line. Distributions are encoded sketches or single values. */
export type Addend = readonly [
  requests: number,
  errors: number,
  inputTokens: number,
  cachedInputTokens: number,
  outputTokens: number,
  energyJoules: number,
];
export type Spread = Uint8Array | number | null;

/** Reads the columns of {@link HISTORY_CELL} from a row. */
export function addendOf(row: SqlRow, first: number): Addend {
  const number = (index: number): number => asNumber(row[first + index]) ?? 0;
  return [number(0), number(1), number(2), number(3), number(4), number(5)];
}

export function spreadsOf(
  row: SqlRow,
  first: number,
): { readonly ttft: Spread; readonly speed: Spread } {
  return { ttft: asBytes(row[first + 6]), speed: asBytes(row[first + 7]) };
}

type Column = (number | null)[];
type Summed = (typeof SUMS)[number] | 'cost';

/** Adds up one line. Addends must come in the order of time. */
export class LineBuilder {
  readonly #prices: HourPrices | null;
  readonly #sums: readonly Float64Array[];
  readonly #cost: Float64Array;
  /** Joules without a price. */
  readonly #unpriced: Float64Array;
  readonly #speed: readonly Column[];
  readonly #ttft: readonly Column[];
  readonly #speedNow = new SketchSum();
  readonly #ttftNow = new SketchSum();
  readonly #speedOfAll = new SketchSum();
  readonly #ttftOfAll = new SketchSum();
  #bucket = 0;

  constructor(buckets: number, prices: HourPrices | null) {
    const column = (): Column => new Array<number | null>(buckets).fill(null);
    this.#prices = prices;
    this.#sums = SUMS.map(() => new Float64Array(buckets));
    this.#cost = new Float64Array(buckets);
    this.#unpriced = new Float64Array(buckets);
    this.#speed = SPEED_RANKS.map(column);
    this.#ttft = TTFT_RANKS.map(column);
  }

  /** True if a bucket has requests. */
  has(bucket: number): boolean {
    return (this.#sums[0]?.[bucket] ?? 0) > 0;
  }

  /** `at` is a time in the bucket, for the price. */
  add(bucket: number, at: number, addend: Addend, ttft: Spread, speed: Spread): void {
    if (bucket !== this.#bucket) this.#close(bucket);
    addend.forEach((value, index) => {
      const sums = this.#sums[index];
      if (sums !== undefined) sums[bucket] = (sums[bucket] ?? 0) + value;
    });
    this.#addCost(bucket, at, addend[5]);
    put(this.#ttftNow, ttft);
    put(this.#speedNow, speed);
  }

  /** `isKnown` tells the buckets whose figures are known; in the others, all are null. */
  build(name: string | null, isOthers: boolean, isKnown: readonly boolean[]): HistoryLine {
    this.#close(-1);
    const sum = (which: (typeof SUMS)[number]): Column => {
      const sums = this.#sums[SUMS.indexOf(which)];
      return isKnown.map((known, bucket) => (known ? (sums?.[bucket] ?? 0) : null));
    };
    const none = (values: Column): Column => values.map((value) => (value === 0 ? null : value));
    const energyJoules = none(sum('energyJoules'));
    const [p5 = [], p50 = [], p95 = []] = this.#speed;
    const [median = [], most = []] = this.#ttft;
    const columns = {
      requests: sum('requests'),
      errors: sum('errors'),
      inputTokens: sum('inputTokens'),
      cachedInputTokens: sum('cachedInputTokens'),
      outputTokens: sum('outputTokens'),
      // The sums hold 0 for unknown; a measured sum is never exactly 0.
      energyJoules,
      cost: energyJoules.map((joules, bucket) => this.#costOf(joules, bucket)),
    };
    return {
      name,
      isOthers,
      sums: this.#overall(columns),
      ...columns,
      outputTokensPerSecond: { p5, p50, p95 },
      timeToFirstTokenMs: { p50: median, p95: most },
    };
  }

  #overall(columns: Readonly<Record<Summed, Column>>): HistorySums {
    const { energyJoules, cost } = columns;
    const isPriced = energyJoules.every(
      (joules, bucket) => joules === null || cost[bucket] !== null,
    );
    const [p5 = null, p50 = null, p95 = null] = this.#speedOfAll.quantiles(SPEED_RANKS);
    const [median = null, most = null] = this.#ttftOfAll.quantiles(TTFT_RANKS);
    return {
      requests: sumOf(columns.requests),
      errors: sumOf(columns.errors),
      inputTokens: sumOf(columns.inputTokens),
      cachedInputTokens: sumOf(columns.cachedInputTokens),
      outputTokens: sumOf(columns.outputTokens),
      energyJoules: sumOf(energyJoules),
      cost: isPriced ? sumOf(cost) : null,
      outputTokensPerSecond: { p5, p50, p95 },
      timeToFirstTokenMs: { p50: median, p95: most },
    };
  }

  #addCost(bucket: number, at: number, joules: number): void {
    if (this.#prices === null || joules === 0) return;
    const { firstHour, perKwh } = this.#prices;
    const price = perKwh[Math.floor(at / HOUR_MS) - firstHour] ?? null;
    if (price === null) this.#unpriced[bucket] = (this.#unpriced[bucket] ?? 0) + joules;
    else this.#cost[bucket] = (this.#cost[bucket] ?? 0) + (joules / JOULES_PER_KWH) * price;
  }

  #costOf(joules: number | null, bucket: number): number | null {
    if (this.#prices === null || joules === null || this.#unpriced[bucket] !== 0) return null;
    return this.#cost[bucket] ?? null;
  }

  /** Computes the percentiles of the bucket that ends. */
  #close(next: number): void {
    const store = (
      columns: readonly Column[],
      sum: SketchSum,
      all: SketchSum,
      ranks: readonly number[],
    ): void => {
      if (sum.count === 0) return;
      all.merge(sum);
      sum.quantiles(ranks).forEach((value, index) => {
        const column = columns[index];
        if (column !== undefined) column[this.#bucket] = value;
      });
      sum.reset();
    };
    store(this.#speed, this.#speedNow, this.#speedOfAll, SPEED_RANKS);
    store(this.#ttft, this.#ttftNow, this.#ttftOfAll, TTFT_RANKS);
    this.#bucket = next;
  }
}

function put(sum: SketchSum, spread: Spread): void {
  if (typeof spread === 'number') sum.add(spread);
  else sum.mergeEncoded(spread);
}

/** The sum of the known values; null if there is none. */
function sumOf(column: Column): number | null {
  return column.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}
