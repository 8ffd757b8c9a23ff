/** Content within this time came in one packet, milliseconds. */
const SAME_MS = 1;
/** Arrivals are not told apart within this time, so that their number is bounded, milliseconds. */
const MERGED_MS = 25;
/** Most arrivals remembered. More come only while no readings do. */
const MAX_ARRIVALS = 4_096;

/** A request waits if it has no token after this many times its usual prompt time, and this long. */
const QUEUED_FACTOR = 1.5;
const QUEUED_MS = 500;

/** What is known of a request while it runs. The functions are called when it is needed. */
export interface WorkSource {
  /** Tokens of the prompt that must be processed, possibly an estimate; null if unknown. */
  promptTokens(): number | null;
  /** Prompt tokens per second that are usual for the model; null if unknown. */
  promptRate(): number | null;
  /** How long the server processed the prompt, milliseconds; null until it has reported that. */
  prefillMs(): number | null;
  /** False if the answer comes in one piece, so that its progress is not visible. */
  isStreamed(): boolean;
}

/** What is known when the work is computed. */
export interface Seen {
  /** Prompt tokens per second if the model's own rate is not known; null if unknown. */
  readonly usualRate: number | null;
  /** How many requests have no token yet. If they are processed together, each takes longer. */
  readonly waiting: number;
  /** Monotonic milliseconds. */
  readonly now: number;
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

  /** How long the server says that it processed the prompt, milliseconds; null if it does not. */
  get reportedPrefillMs(): number | null {
    return this.#source.prefillMs();
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

  /** True if the prompt was processed at that moment, or may have been. */
  isPrefilling(at: number, seen: Seen): boolean {
    const firstAt = this.#firstAt;
    if (!this.#source.isStreamed() || at < this.#sentAt) return false;
    if (firstAt === null) return !this.#isQueued(seen);
    const reportedMs = this.#source.prefillMs();
    return at < firstAt && (reportedMs === null || at >= firstAt - reportedMs);
  }

  /**
   * The work between two moments.
   *
   * @param prompts how many prompts were processed at the same time
   */
  between(from: number, to: number, seen: Seen, prompts: number): Work {
    if (!this.#source.isStreamed()) return { promptTokens: null, outputTokens: 0 };
    const outputTokens = this.#sumAt(to) - this.#sumAt(from);
    const isOutside = to <= this.#sentAt || (this.#firstAt !== null && from >= this.#firstAt);
    if (isOutside) return { promptTokens: 0, outputTokens };
    const span = this.#prefillSpan(seen, Math.max(1, prompts));
    const tokens = this.#source.promptTokens();
    if (span === null || tokens === null) return { promptTokens: null, outputTokens };
    const [start, end] = span;
    const part = end <= start ? 0 : Math.max(0, Math.min(to, end) - Math.max(from, start));
    return { promptTokens: part === 0 ? 0 : (tokens * part) / (end - start), outputTokens };
  }

  /**
   * When the prompt was processed; null if that is not known. It ends with the first token, so time
   * in a queue is no work. Before the first token, it is taken to begin when the request was sent,
   * until it takes longer than it can: then the request is waiting.
   */
  #prefillSpan(seen: Seen, prompts: number): readonly [number, number] | null {
    const [sentAt, firstAt] = [this.#sentAt, this.#firstAt];
    const usualMs = this.#usualMs(seen);
    const ms = this.#source.prefillMs() ?? (usualMs === null ? null : usualMs * prompts);
    if (firstAt !== null) return [ms === null ? sentAt : Math.max(sentAt, firstAt - ms), firstAt];
    if (ms === null) return null;
    return [sentAt, this.#isQueued(seen) ? sentAt : sentAt + ms];
  }

  /** True if the prompt has taken longer than it can, so that the request must be waiting. */
  #isQueued(seen: Seen): boolean {
    const usualMs = this.#usualMs(seen);
    if (usualMs === null || this.#firstAt !== null) return false;
    // Prompts that are processed together take longer.
    const longestMs = usualMs * Math.max(1, seen.waiting) * QUEUED_FACTOR + QUEUED_MS;
    return seen.now - this.#sentAt > longestMs;
  }

  /** How long the prompt takes on its own, milliseconds; null if unknown. */
  #usualMs({ usualRate }: Seen): number | null {
    const rate = this.#source.promptRate() ?? usualRate;
    const tokens = this.#source.promptTokens();
    return rate === null || tokens === null ? null : (tokens / rate) * 1_000;
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
