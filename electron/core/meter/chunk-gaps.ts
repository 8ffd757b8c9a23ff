/** Buckets grow by 5 %, from 0.1 ms: 340 of them reach past 20 minutes. */
const GROWTH = Math.log(1.05);
const SMALLEST_MS = 0.1;
const BUCKETS = 340;

/**
 * Gaps between content chunks, in a histogram of fixed size: a stream of ten hours costs what a
 * short one does. The median is exact to 5 %, the longest gap exactly.
 */
export class Gaps {
  #counts: Uint32Array | null = null;
  #total = 0;
  #max: number | null = null;

  add(ms: number): void {
    this.#counts ??= new Uint32Array(BUCKETS);
    const scaled = ms <= SMALLEST_MS ? 0 : Math.ceil(Math.log(ms / SMALLEST_MS) / GROWTH);
    const bucket = Math.min(scaled, BUCKETS - 1);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    this.#max = Math.max(this.#max ?? 0, ms);
  }

  /** Longest gap in milliseconds, or null if there was none. */
  get max(): number | null {
    return this.#max;
  }

  /** Median gap in milliseconds, or null if there was none. */
  get p50(): number | null {
    if (this.#counts === null || this.#max === null) return null;
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen * 2 >= this.#total) {
        return Math.min(SMALLEST_MS * Math.exp(GROWTH * bucket), this.#max);
      }
    }
    return this.#max;
  }
}
