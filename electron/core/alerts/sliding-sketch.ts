/** As coarse as the ledger's sketches: a percentile is within 1 % of the true one. */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 0.01;

/**
 * Some samples: their number, their sum, and how many of them each bucket holds, where percentiles are
 * wanted. There are at most some hundreds of buckets, however many samples there were.
 */
export interface Samples {
  readonly count: number;
  readonly sum: number;
  readonly buckets: ReadonlyMap<number, number>;
}

/**
 * Sums over samples that come and go. It is the ledger's sketch (DDSketch's logarithmic buckets) with
 * samples that can be taken out again, which saves merging thirty sketches for each look at a window.
 */
export class SlidingSketch {
  count = 0;
  sum = 0;
  readonly #buckets = new Map<number, number>();
  /** Percentiles read since the last change. */
  readonly #read = new Map<number, number | null>();

  /** The bucket of a sample; values below 0.01, negative ones too, share the first. */
  static bucketOf(value: number): number {
    if (value < SMALLEST) return 0;
    return Math.ceil(Math.log(value / SMALLEST) / LOG_GAMMA) + 1;
  }

  add({ count, sum, buckets }: Samples): void {
    this.count += count;
    this.sum += sum;
    for (const [bucket, size] of buckets) {
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + size);
    }
    this.#read.clear();
  }

  remove({ count, sum, buckets }: Samples): void {
    this.count -= count;
    // What was added and taken out again may leave a trace.
    this.sum = this.count === 0 ? 0 : this.sum - sum;
    for (const [bucket, size] of buckets) {
      const left = (this.#buckets.get(bucket) ?? 0) - size;
      if (left > 0) this.#buckets.set(bucket, left);
      else this.#buckets.delete(bucket);
    }
    this.#read.clear();
  }

  /** A percentile (nearest rank, 1 to 99.9); null without samples. */
  percentile(percentile: number): number | null {
    const known = this.#read.get(percentile);
    if (known !== undefined) return known;
    const value = this.#percentile(percentile);
    this.#read.set(percentile, value);
    return value;
  }

  #percentile(percentile: number): number | null {
    const wanted = Math.max(1, Math.ceil((percentile / 100) * this.count));
    let seen = 0;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= wanted) return valueOf(bucket);
    }
    return null;
  }
}

/** The point of a bucket that is at most RELATIVE_ERROR from all the rest of it. */
function valueOf(bucket: number): number {
  if (bucket === 0) return 0;
  return (SMALLEST * 2 * GAMMA ** (bucket - 1)) / (GAMMA + 1);
}
