/**
 * A histogram with logarithmic buckets: any percentile read from it is within 1 % of the value
 * that the same percentile (nearest rank) has among the values put in, merging loses nothing, and
 * its size depends on the spread of the values, not on their number. Values below 0.01 count as 0.
 * The method is DDSketch's (Masson, Rim, Lee: "DDSketch: A Fast and Fully-Mergeable Quantile
 * Sketch with Relative-Error Guarantees", 2019).
 */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
const SMALLEST = 0.01;
const FORM = 1;
const LARGEST = 1e300;
const LAST_BUCKET = bucketOf(LARGEST);

export class Sketch {
  /** Bucket 0 holds zeros; bucket i the values up to SMALLEST × GAMMA^(i-1). */
  readonly #counts = new Map<number, number>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Negative values and NaN are not measurements and are left out. */
  add(value: number): void {
    if (value >= 0 && Number.isFinite(value)) this.#put(bucketOf(Math.min(value, LARGEST)), 1);
  }

  /** The values at some ranks, each from 0 to 1, in ascending order; null for an empty sketch. */
  quantiles(ranks: readonly number[]): (number | null)[] {
    if (this.#count === 0) return ranks.map(() => null);
    const buckets = this.#sorted();
    let index = 0;
    let seen = 0;
    return ranks.map((rank) => {
      const wanted = Math.max(1, Math.ceil(rank * this.#count));
      while (index < buckets.length && seen + (buckets[index]?.[1] ?? 0) < wanted) {
        seen += buckets[index]?.[1] ?? 0;
        index += 1;
      }
      return valueOf(buckets[index]?.[0] ?? 0);
    });
  }

  /** Pairs of (distance to the bucket before, count), each a variable-length integer. */
  encode(): Uint8Array {
    const bytes = [FORM];
    let before = 0;
    for (const [bucket, count] of this.#sorted()) {
      pushVarint(bytes, bucket - before);
      pushVarint(bytes, count);
      before = bucket;
    }
    return Uint8Array.from(bytes);
  }

  /**
   * Merges an encoded sketch; null and a form this version does not know add nothing. What is no
   * bucket or no count ends it: the bytes were damaged.
   */
  mergeEncoded(bytes: Uint8Array | null): void {
    if (bytes?.[0] !== FORM) return;
    let bucket = 0;
    let isCount = false;
    let value = 0;
    let scale = 1;
    for (let at = 1; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte >= 0x80) continue;
      if (value > (isCount ? Number.MAX_SAFE_INTEGER : LAST_BUCKET - bucket)) return;
      if (isCount) this.#put(bucket, value);
      else bucket += value;
      isCount = !isCount;
      value = 0;
      scale = 1;
    }
  }

  #put(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#count += count;
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

function bucketOf(value: number): number {
  if (value < SMALLEST) return 0;
  return Math.max(0, Math.ceil(Math.log(value / SMALLEST) / LOG_GAMMA)) + 1;
}

/** The point of a bucket that is at most RELATIVE_ERROR from all the rest of it. */
function valueOf(bucket: number): number {
  if (bucket === 0) return 0;
  return (SMALLEST * 2 * GAMMA ** (bucket - 1)) / (GAMMA + 1);
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
