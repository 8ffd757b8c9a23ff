import type { Throughput } from '../../../shared/slices.ts';

const BUCKET_MS = 250;
const STEP_MS = 1_000;
const STEPS = 180;
const WINDOW_MS = 3_000;
const PER_STEP = STEP_MS / BUCKET_MS;
/** One step more than is shown, so that the oldest shown step is never partly overwritten. */
const BUCKETS = (STEPS + 1) * PER_STEP;

type Direction = 'output' | 'input';

/**
 * Tokens of the last minutes in buckets of 250 ms. Content chunks are counted as they pass. When an
 * exchange ends and its true count is known, the difference is spread over its generation time, so
 * that the history is correct in the end. Times are monotonic milliseconds: a change of the system
 * clock affects only the labels of the history.
 */
export class ThroughputHistory {
  readonly #tokens: Record<Direction, Float64Array> = {
    output: new Float64Array(BUCKETS),
    input: new Float64Array(BUCKETS),
  };
  /** Absolute number of the newest bucket in use. */
  #newest = 0;
  /** Absolute number of the newest bucket that tokens were counted in. */
  #filled = -Infinity;
  /** Start in Unix milliseconds, so that buckets begin at whole seconds of the clock. */
  readonly #origin: number;

  /** Takes the start in Unix milliseconds and in monotonic milliseconds. */
  constructor(now = Date.now(), monotonicNow = performance.now()) {
    this.#origin = Math.round(now - monotonicNow);
  }

  /** Counts tokens at a monotonic time. */
  add(direction: Direction, tokens: number, at: number): void {
    const bucket = this.#advance(this.#origin + at);
    if (bucket > this.#newest - BUCKETS) this.#change(direction, bucket, tokens);
  }

  /** Spreads tokens evenly over a period. Tokens before the start of the history are dropped. */
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
   * The current speeds and the series up to now, without the unfinished step. `now` is in Unix
   * milliseconds and determines the labels of the series.
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

  /** True if tokens were counted in the shown history. Asked every second, so it looks at no bucket. */
  get active(): boolean {
    return this.#filled > this.#newest - BUCKETS;
  }

  /** Clears the buckets after the newest one up to `at`; none if `at` is earlier. */
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
    if (tokens > 0) this.#filled = Math.max(this.#filled, bucket);
    // A chunk may hold less than the assumed tokens, so a correction must not make a bucket
    // negative.
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
