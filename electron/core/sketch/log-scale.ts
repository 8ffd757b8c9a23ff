/** Values below this one share the first bucket, which stands for 0. */
const SMALLEST = 0.01;
/** Larger values are counted as this one. Its logarithm is still exact enough. */
const LARGEST = 1e300;

/**
 * Numbers the buckets of a histogram whose widths grow with the values. The value of a bucket
 * differs from each value in it by at most `relativeError`. Bucket 0 holds values below 0.01;
 * bucket i holds values up to 0.01 × γ^(i-1), where γ is (1 + relativeError) / (1 - relativeError).
 *
 * The mapping is DDSketch's (Masson, Rim, Lee: "DDSketch: A Fast and Fully-Mergeable Quantile
 * Sketch with Relative-Error Guarantees", 2019).
 */
export class LogScale {
  readonly lastBucket: number;
  readonly #gamma: number;
  readonly #logGamma: number;

  constructor(relativeError: number) {
    this.#gamma = (1 + relativeError) / (1 - relativeError);
    this.#logGamma = Math.log(this.#gamma);
    this.lastBucket = this.bucketOf(LARGEST);
  }

  /** `value` is a number. Infinite values go to the last bucket, negative ones to the first. */
  bucketOf(value: number): number {
    if (value < SMALLEST) return 0;
    const steps = Math.log(Math.min(value, LARGEST) / SMALLEST) / this.#logGamma;
    return Math.max(0, Math.ceil(steps)) + 1;
  }

  /** The value that stands for all values of a bucket. */
  valueOf(bucket: number): number {
    if (bucket === 0) return 0;
    return (SMALLEST * 2 * this.#gamma ** (bucket - 1)) / (this.#gamma + 1);
  }

  /** The greatest value of a bucket; 0 below the first one. */
  upperEdge(bucket: number): number {
    return bucket < 0 ? 0 : SMALLEST * this.#gamma ** bucket;
  }

  /**
   * Values at ranks (from 0 to 1, ascending) by the nearest-rank method; null if there are no values.
   * `buckets` are in ascending order and hold `total` values together.
   */
  quantiles(
    buckets: Iterable<number>,
    countOf: (bucket: number) => number,
    total: number,
    ranks: readonly number[],
  ): (number | null)[] {
    if (total === 0) return ranks.map(() => null);
    const values: number[] = [];
    let seen = 0;
    let last = 0;
    for (const bucket of buckets) {
      if (values.length === ranks.length) break;
      seen += countOf(bucket);
      last = bucket;
      while (seen >= Math.max(1, Math.ceil((ranks[values.length] ?? Infinity) * total))) {
        values.push(this.valueOf(bucket));
      }
    }
    // Counts above 2^53 do not add up exactly, so the highest rank may not be reached.
    return ranks.map((_, index) => values[index] ?? this.valueOf(last));
  }
}
