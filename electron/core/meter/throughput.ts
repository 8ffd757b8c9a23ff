import type { Throughput } from '../../../shared/slices.ts';

const BUCKET_MS = 250;
const STEP_MS = 1_000;
const STEPS = 180;
const WINDOW_MS = 3_000;
const PER_STEP = STEP_MS / BUCKET_MS;
/** One step more than is shown, so that the oldest shown one is never half overwritten. */
const BUCKETS = (STEPS + 1) * PER_STEP;

type Direction = 'output' | 'input';

/**
 * Tokens over the last minutes, in buckets of a quarter of a second. Content chunks are counted as
 * they pass; when an exchange ends and its true count is known, the difference is spread over the
 * time it was generated in, so that the history tells the truth in the end. Times are monotonic
 * milliseconds: setting the system's clock moves what the history is labelled with, and nothing
 * in it.
 */
export class ThroughputHistory {
  readonly #tokens: Record<Direction, Float64Array> = {
    output: new Float64Array(BUCKETS),
    input: new Float64Array(BUCKETS),
  };
  /** Absolute number of the newest bucket that was cleared for use. */
  #newest = 0;
  /** Buckets begin at whole seconds of the clock as it was set at the start. */
  readonly #origin: number;

  /** The start: Unix milliseconds, and monotonic ones. */
  constructor(now = Date.now(), monotonicNow = performance.now()) {
    this.#origin = Math.round(now - monotonicNow);
  }

  /** Counts tokens at a moment. */
  add(direction: Direction, tokens: number, at: number): void {
    const bucket = this.#advance(this.#origin + at);
    if (bucket > this.#newest - BUCKETS) this.#change(direction, bucket, tokens);
  }

  /** Spreads tokens evenly over a span; what lies before the history's start is dropped. */
  spread(direction: Direction, tokens: number, from: number, to: number): void {
    if (tokens === 0) return;
    const last = Math.min(this.#advance(this.#origin + to), this.#newest);
    const first = Math.min(Math.floor((this.#origin + from) / BUCKET_MS), last);
    const each = tokens / (last - first + 1);
    for (let b = Math.max(first, this.#newest - BUCKETS + 1); b <= last; b += 1) {
      this.#change(direction, b, each);
    }
  }

  /**
   * The current speeds and the series up to now; the step that is under way is left out. `now` is
   * in Unix milliseconds, and labels the series.
   */
  view(now: number, monotonicNow = performance.now()): Throughput {
    const steadyNow = this.#origin + monotonicNow;
    this.#advance(steadyNow);
    const end = Math.floor(steadyNow / STEP_MS) * PER_STEP;
    const setBy = Math.round((now - steadyNow) / STEP_MS) * STEP_MS;
    return {
      outputTokensPerSecond: this.#recent('output', steadyNow),
      inputTokensPerSecond: this.#recent('input', steadyNow),
      windowMs: WINDOW_MS,
      series: {
        endAt: end * BUCKET_MS + setBy,
        stepMs: STEP_MS,
        outputTokensPerSecond: this.#series('output', end),
        inputTokensPerSecond: this.#series('input', end),
      },
    };
  }

  /** True if anything within the shown history is not zero. */
  get active(): boolean {
    return this.#tokens.output.some((n) => n > 0) || this.#tokens.input.some((n) => n > 0);
  }

  /** Clears the buckets between the newest and `at`, which may be earlier: then none. */
  #advance(at: number): number {
    const bucket = Math.floor(at / BUCKET_MS);
    const steps = Math.min(bucket - this.#newest, BUCKETS);
    for (let i = 0; i < steps; i += 1) {
      const slot = (bucket - i) % BUCKETS;
      this.#tokens.output[slot] = 0;
      this.#tokens.input[slot] = 0;
    }
    if (bucket > this.#newest) this.#newest = bucket;
    return bucket;
  }

  #change(direction: Direction, bucket: number, tokens: number): void {
    const slots = this.#tokens[direction];
    const slot = bucket % BUCKETS;
    // A chunk can hold less than a token was assumed to: never below nothing.
    slots[slot] = Math.max(0, (slots[slot] ?? 0) + tokens);
  }

  #recent(direction: Direction, now: number): number {
    const newest = Math.floor(now / BUCKET_MS);
    const oldest = newest - WINDOW_MS / BUCKET_MS + 1;
    return this.#sum(direction, oldest, newest) / (WINDOW_MS / 1_000);
  }

  #series(direction: Direction, end: number): number[] {
    return Array.from({ length: STEPS }, (_, i) => {
      const first = end - (STEPS - i) * PER_STEP;
      return this.#sum(direction, first, first + PER_STEP - 1) / (STEP_MS / 1_000);
    });
  }

  #sum(direction: Direction, first: number, last: number): number {
    let sum = 0;
    for (let b = first; b <= last; b += 1) {
      if (b <= this.#newest && b > this.#newest - BUCKETS) {
        sum += this.#tokens[direction][b % BUCKETS] ?? 0;
      }
    }
    return sum;
  }
}
