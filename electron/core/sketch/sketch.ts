import { LogScale } from './log-scale.ts';

/** The error is part of the stored form. Another error needs another form number. */
export const SCALE = new LogScale(0.01);
const FORM = 1;

/**
 * A histogram (DDSketch) for percentiles of any number of values. A percentile is within 1 % of the
 * value with the same nearest rank. Merging loses nothing, and the size depends on the spread of
 * the values, not on their number. Values below 0.01 count as 0.
 */
export class Sketch {
  readonly #counts = new Map<number, number>();
  #count = 0;

  /** The number of values. */
  get count(): number {
    return this.#count;
  }

  /** Negative values and NaN are not measurements and are ignored. */
  add(value: number): void {
    if (value >= 0 && Number.isFinite(value)) this.#put(SCALE.bucketOf(value), 1);
  }

  merge(other: Sketch): void {
    for (const [bucket, count] of other.#counts) this.#put(bucket, count);
  }

  /** Removes the values of a sketch that was merged earlier. */
  subtract(other: Sketch): void {
    for (const [bucket, count] of other.#counts) this.#put(bucket, -count);
  }

  /**
   * The values at the given ranks, each from 0 to 1, in ascending order; null for an empty sketch.
   */
  quantiles(ranks: readonly number[]): (number | null)[] {
    return SCALE.quantiles(this.#sorted(), (b) => this.#countOf(b), this.#count, ranks);
  }

  /** Pairs of (distance to the bucket before, count), each a variable-length integer. */
  encode(): Uint8Array {
    const bytes = [FORM];
    let before = 0;
    for (const bucket of this.#sorted()) {
      pushVarint(bytes, bucket - before);
      pushVarint(bytes, this.#countOf(bucket));
      before = bucket;
    }
    return Uint8Array.from(bytes);
  }

  /** Merges an encoded sketch. Ignores null and forms unknown to this version. */
  mergeEncoded(bytes: Uint8Array | null): void {
    decodeSketch(bytes, (bucket, count) => this.#put(bucket, count));
  }

  #countOf(bucket: number): number {
    return this.#counts.get(bucket) ?? 0;
  }

  #put(bucket: number, count: number): void {
    const sum = this.#countOf(bucket) + count;
    if (sum > 0) this.#counts.set(bucket, sum);
    else this.#counts.delete(bucket);
    this.#count += count;
  }

  #sorted(): number[] {
    return [...this.#counts.keys()].sort((a, b) => a - b);
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/**
 * Calls `put` with each bucket of an encoded sketch and its count. Reading stops at an impossible bucket or count,
 * because the bytes are damaged there.
 */
export function decodeSketch(
  bytes: Uint8Array | null,
  put: (bucket: number, count: number) => void,
): void {
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
    if (value > (isCount ? Number.MAX_SAFE_INTEGER : SCALE.lastBucket - bucket)) return;
    if (isCount) put(bucket, value);
    else bucket += value;
    isCount = !isCount;
    value = 0;
    scale = 1;
  }
}
