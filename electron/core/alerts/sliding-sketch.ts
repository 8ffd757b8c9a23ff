import { Sketch } from '../sketch/sketch.ts';

/**
 * Number, sum and (where percentiles are wanted) a sketch of samples. A window keeps one for each slot
 * of time and one for all: a slot is merged when it comes and subtracted when it is too old. This saves
 * merging thirty sketches at each look at the window.
 */
export class SlidingSketch {
  count = 0;
  sum = 0;
  readonly #sketch: Sketch | null;
  /** Percentiles read since the last change; null before the first. */
  #read: Map<number, number | null> | null = null;

  /** Without `withPercentiles` it keeps no sketch, and each percentile is null. */
  constructor(withPercentiles: boolean) {
    this.#sketch = withPercentiles ? new Sketch() : null;
  }

  /** Negative values have the percentiles of 0. */
  add(value: number): void {
    this.count += 1;
    this.sum += value;
    this.#sketch?.add(Math.max(0, value));
    this.#read = null;
  }

  merge(other: SlidingSketch): void {
    this.count += other.count;
    this.sum += other.sum;
    if (other.#sketch !== null) this.#sketch?.merge(other.#sketch);
    this.#read = null;
  }

  /** Takes out samples that were added or merged before. */
  subtract(other: SlidingSketch): void {
    this.count -= other.count;
    // Adding and subtracting fractions may leave a rounding error.
    this.sum = this.count === 0 ? 0 : this.sum - other.sum;
    if (other.#sketch !== null) this.#sketch?.subtract(other.#sketch);
    this.#read = null;
  }

  /** A percentile (nearest rank, 1 to 99.9); null without samples. */
  percentile(percentile: number): number | null {
    this.#read ??= new Map<number, number | null>();
    const known = this.#read.get(percentile);
    if (known !== undefined) return known;
    const [value = null] = this.#sketch?.quantiles([percentile / 100]) ?? [];
    this.#read.set(percentile, value);
    return value;
  }
}
