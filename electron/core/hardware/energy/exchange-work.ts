/** Content within this time came in one packet, milliseconds. */
const SAME_MS = 1;
/** Arrivals are not told apart within this time, so that their number is bounded, milliseconds. */
const MERGED_MS = 25;
/** Most arrivals remembered. More come only while no readings do. */
const MAX_ARRIVALS = 4_096;

/** What is known of a request while it runs. The functions are called when it is needed. */
export interface WorkSource {
  /** Tokens of the prompt that must be processed, possibly an estimate; null if unknown. */
  promptTokens(): number | null;
  /** Prompt tokens per second that are usual for the model; null if unknown. */
  promptRate(): number | null;
  /** False if the answer comes in one piece, so that its progress is not visible. */
  isStreamed(): boolean;
}

/** Work of an exchange in a span. */
export interface Work {
  /** Prompt tokens; null if the exchange's work is not known. */
  readonly promptTokens: number | null;
  readonly outputTokens: number;
}

/**
 * The work that one exchange did, by time. A chunk is the work of the time since the chunk before
 * it. The prompt is the work of the time before the first chunk. Moments are monotonic milliseconds.
 */
export class ExchangeWork {
  readonly #source: WorkSource;
  #sentAt: number;
  #firstAt: number | null = null;
  /** Arrivals with the sum of tokens so far; the first has none before it. */
  #times: number[] = [];
  #sums: number[] = [];

  constructor(source: WorkSource, begunAt: number) {
    this.#source = source;
    this.#sentAt = begunAt;
  }

  /** When the first content came; null before. */
  get firstAt(): number | null {
    return this.#firstAt;
  }

  /** True if the first content divides the exchange into prefill and decode. */
  get hasPhases(): boolean {
    return this.#source.isStreamed();
  }

  /** From the request to the first content, milliseconds; null before that. */
  get prefillMs(): number | null {
    return this.#firstAt === null ? null : this.#firstAt - this.#sentAt;
  }

  /** Tokens of the prompt; null if unknown. */
  get promptTokens(): number | null {
    return this.#source.promptTokens();
  }

  /** Output tokens so far, without those that came with the first content. */
  get outputTokens(): number {
    return this.#sums.at(-1) ?? 0;
  }

  /** The whole request has passed to the server. */
  sent(at: number): void {
    if (this.#firstAt === null) this.#sentAt = at;
  }

  /** Output tokens arrived. */
  content(tokens: number, at: number): void {
    if (this.#firstAt === null) {
      // The processing of the prompt ends with the first token.
      this.#firstAt = at;
      this.#times.push(at);
      this.#sums.push(0);
      return;
    }
    const last = this.#times.length - 1;
    const sum = (this.#sums[last] ?? 0) + tokens;
    // A packet may hold several chunks, which are all the work of the time before it.
    const isSame = at - (this.#times[last] ?? 0) < SAME_MS;
    if (isSame && last === 0) return;
    if (isSame || (last > 0 && at - (this.#times[last - 1] ?? 0) < MERGED_MS)) {
      this.#times[last] = at;
      this.#sums[last] = sum;
    } else {
      this.#times.push(at);
      this.#sums.push(sum);
      if (this.#times.length > MAX_ARRIVALS) this.#keepFrom(MAX_ARRIVALS / 2);
    }
  }

  /** Forgets arrivals that no later span needs. */
  forget(before: number): void {
    let kept = 0;
    while (kept + 1 < this.#times.length && (this.#times[kept + 1] ?? 0) <= before) kept += 1;
    if (kept > 0) this.#keepFrom(kept);
  }

  #keepFrom(index: number): void {
    this.#times = this.#times.slice(index);
    this.#sums = this.#sums.slice(index);
  }

  /** True if the prompt may have been processed at that moment. */
  isPrefilling(at: number): boolean {
    return this.#source.isStreamed() && at > this.#sentAt && at <= (this.#firstAt ?? at);
  }

  /**
   * The work between two moments.
   *
   * @param usualRate prompt tokens per second if the model's own rate is not known; null if unknown
   * @param prompts how many prompts were processed at the same time
   */
  between(from: number, to: number, usualRate: number | null, prompts: number): Work {
    if (!this.#source.isStreamed()) return { promptTokens: null, outputTokens: 0 };
    const outputTokens = this.#sumAt(to) - this.#sumAt(from);
    const firstAt = this.#firstAt;
    if (to <= this.#sentAt || (firstAt !== null && from >= firstAt)) {
      return { promptTokens: 0, outputTokens };
    }
    const rate = this.#source.promptRate() ?? usualRate;
    const promptTokens = this.#prefill(
      from,
      to,
      rate === null ? null : rate / Math.max(1, prompts),
    );
    return { promptTokens, outputTokens };
  }

  /** With the first token, the time is known. Before, it follows from the rate. */
  #prefill(from: number, to: number, rate: number | null): number | null {
    const firstAt = this.#firstAt;
    const tokens = this.#source.promptTokens();
    if (tokens === null || (firstAt === null && rate === null)) return null;
    const usualMs = rate === null ? Infinity : (tokens / rate) * 1_000;
    const start = firstAt === null ? this.#sentAt : Math.max(this.#sentAt, firstAt - usualMs);
    const end = firstAt ?? this.#sentAt + usualMs;
    if (end <= start) return 0;
    return (tokens * Math.max(0, Math.min(to, end) - Math.max(from, start))) / (end - start);
  }

  /** Tokens until a moment. Between two arrivals they grow evenly. */
  #sumAt(at: number): number {
    const times = this.#times;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return this.#sums[0] ?? 0;
    const before = this.#sums[low - 1] ?? 0;
    if (low === times.length) return before;
    const begin = times[low - 1] ?? 0;
    const part = (at - begin) / ((times[low] ?? 0) - begin);
    return before + ((this.#sums[low] ?? 0) - before) * part;
  }
}
