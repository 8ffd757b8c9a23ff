import { LogScale } from '../sketch/log-scale.ts';

/** When the content of an answer arrived. Moments are monotonic milliseconds. */
export class Arrivals {
  readonly gaps = new Gaps();
  #chunks = 0;
  #firstAt: number | null = null;
  #lastAt: number | null = null;
  #firstTextAt: number | null = null;

  /** Content chunks so far. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Null before the first content. */
  get firstAt(): number | null {
    return this.#firstAt;
  }

  get lastAt(): number | null {
    return this.#lastAt;
  }

  /** The first visible text: neither reasoning nor a tool call. */
  get firstTextAt(): number | null {
    return this.#firstTextAt;
  }

  /** Chunks that arrived at the same moment. */
  add(chunks: number, now: number, hasVisibleText: boolean): void {
    if (this.#lastAt !== null) this.gaps.add(now - this.#lastAt);
    this.#firstAt ??= now;
    this.#lastAt = now;
    if (hasVisibleText) this.#firstTextAt ??= now;
    this.#chunks += chunks;
  }
}

const SCALE = new LogScale(0.025);

/**
 * Gaps between content chunks. The median has an error below 2.5 %, the longest gap is exact.
 * Memory grows with the logarithm of the longest gap (400 buckets for an hour), not with the number
 * of chunks.
 */
export class Gaps {
  /** Counts by bucket. An array, because counting is faster than in a map. */
  readonly #counts: number[] = [];
  #total = 0;
  #max: number | null = null;

  /** `ms` is milliseconds, not negative. */
  add(ms: number): void {
    const bucket = SCALE.bucketOf(ms);
    while (this.#counts.length <= bucket) this.#counts.push(0);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    this.#max = Math.max(this.#max ?? 0, ms);
  }

  /** Number of gaps. */
  get count(): number {
    return this.#total;
  }

  /** Longest gap in milliseconds; null if there was none. */
  get max(): number | null {
    return this.#max;
  }

  /** Median gap in milliseconds; null if there was none. */
  get p50(): number | null {
    const countOf = (bucket: number): number => this.#counts[bucket] ?? 0;
    const [median = null] = SCALE.quantiles(this.#counts.keys(), countOf, this.#total, [0.5]);
    // The median has an error, but it is never above the longest gap.
    return median === null || this.#max === null ? median : Math.min(median, this.#max);
  }
}
