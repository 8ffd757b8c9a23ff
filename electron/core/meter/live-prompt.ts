import type { PrefillProgress } from '../../../shared/live-exchange.ts';
import { NO_PROMPT_PROGRESS } from '../usage/claims.ts';
import type { PromptSoFar } from '../usage/claims.ts';
import { estimatedProgress, reportedProgress } from './prefill-progress.ts';
import type { Report } from './prefill-progress.ts';
import type { ThroughputHistory } from './throughput.ts';

/** Shortest time between two counts, so that their number is bounded by the duration. */
const STEP_MS = 250;

export interface LivePromptOptions {
  readonly history: Pick<ThroughputHistory, 'spread'>;
  /** When the request began, monotonic milliseconds. */
  readonly startedAt: number;
  /**
   * The prompt's tokens, estimated from the part of the request that has come so far; null if the
   * request has no size that says something.
   */
  readonly estimate: () => number | null;
  /** How fast the model usually processes prompts, tokens per second; null if it is unknown. */
  readonly usualRate: () => number | null;
}

interface Step {
  readonly tokens: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Counts the prompt of one exchange in the live throughput while the server processes it, and
 * corrects the count at the end. Cached tokens need no processing and do not count. All moments are
 * monotonic milliseconds.
 *
 * Three sources say how far the server is. The first one that exists is used:
 * - the server's own progress
 * - the usual speed of the model's prompts, for at most the estimated size of the prompt
 * - the first token, because the whole prompt has been processed by then
 */
export class LivePrompt {
  readonly #options: LivePromptOptions;
  /** What was counted, so that exactly this can be corrected. */
  #steps: Step[] = [];
  #counted = 0;
  /** The prompt's processing before this moment is counted. */
  #until: number;
  #sentAt: number | null = null;
  #progress: PromptSoFar = NO_PROMPT_PROGRESS;
  /** The first and the last report of a changed progress. */
  #reports: { readonly first: Report; readonly last: Report } | null = null;
  #isOver = false;

  constructor(options: LivePromptOptions) {
    this.#options = options;
    this.#until = options.startedAt;
  }

  /** The server has received the whole request. */
  sent(at: number): void {
    this.#sentAt = at;
    if (this.#counted === 0) this.#until = at;
  }

  /** Takes what the answer has reported about its prompt. */
  progress(progress: PromptSoFar, at: number): void {
    if (this.#isOver) return;
    this.#progress = progress;
    this.#note(progress.processed, at);
    if (progress.processed === null || at - this.#until < STEP_MS) return;
    this.#count((this.size ?? 0) * progress.processed, this.#until, at);
    // The first progress says that the wait is over, not that tokens were processed until now.
    this.#until = at;
  }

  /** Counts what was probably processed up to now. Nothing if that is not known. */
  advance(now: number): void {
    if (this.#isOver || this.#progress.processed !== null || now - this.#until < STEP_MS) return;
    const size = this.size;
    const expected = this.#expected(now);
    if (size === null || expected === null) return;
    this.#count(Math.min(size, expected), this.#until, now);
    this.#until = now;
  }

  /** The first token came, so the whole prompt has been processed. */
  firstToken(at: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { freshTokens, processed } = this.#progress;
    const isEstimate = freshTokens === null && processed === null;
    // An unknown part of the prompt may have come from the cache, without any processing.
    const limit = isEstimate ? (this.#expected(at) ?? Infinity) : Infinity;
    const size = Math.min(this.size ?? 0, limit);
    const rate = this.#options.usualRate();
    const lasted = rate === null ? Infinity : ((size - this.#counted) / rate) * 1_000;
    this.#count(size, Math.max(this.#until, at - lasted), at);
  }

  /**
   * Corrects the sum to the true count of processed tokens at the end of the exchange.
   *
   * @param tokens null if the count is unknown
   * @param to the end of the processing, if nothing was counted before
   */
  settle(tokens: number | null, to: number): void {
    this.#isOver = true;
    this.#correct(tokens ?? 0, to);
  }

  /**
   * Ends the count of a prompt whose exchange broke off before the first token. It counts as far as
   * the server said it was, else as far as the usual speed says. The rest was not processed.
   *
   * @param tokens the tokens to process in the whole prompt
   * @param at when the exchange broke off
   */
  giveUp(tokens: number, at: number): void {
    const { processed } = this.#progress;
    if (processed === null) {
      this.#count(Math.min(tokens, this.#expected(at) ?? 0), this.#until, at);
      this.#correct(Math.min(tokens, this.#counted), at);
    } else {
      this.#correct(tokens * processed, at);
    }
    this.#isOver = true;
  }

  /** When the server has received the whole request; null before. */
  get sentAt(): number | null {
    return this.#sentAt;
  }

  /** When the server first reported progress; null before. */
  get reportedAt(): number | null {
    return this.#reports?.first.at ?? null;
  }

  /** The whole prompt's tokens, estimated from the request; null if its size says nothing. */
  get estimatedTokens(): number | null {
    return this.#options.estimate();
  }

  /** How far the prompt is; null if that is not known or the prefill has ended. */
  view(now: number): PrefillProgress | null {
    if (this.#isOver) return null;
    const size = { tokens: this.size, isReported: this.#progress.freshTokens !== null };
    if (this.#reports !== null) return reportedProgress(this.#reports, size, this.usualRate, now);
    return estimatedProgress(this.#expected(now), size, this.usualRate);
  }

  #note(processed: number | null, at: number): void {
    if (processed === null || processed === this.#reports?.last.processed) return;
    const last = { processed, at };
    this.#reports = { first: this.#reports?.first ?? last, last };
  }

  /** Scales what was counted to a sum. If nothing was counted, spreads it up to a moment. */
  #correct(total: number, to: number): void {
    if (this.#counted > 0) {
      const factor = total / this.#counted;
      for (const step of this.#steps) this.#spread({ ...step, tokens: step.tokens * (factor - 1) });
    } else {
      this.#spread({ tokens: total, from: this.#options.startedAt, to });
    }
    this.#steps = [];
  }

  /** The tokens to process: the server's count, else the estimate; null if both are unknown. */
  get size(): number | null {
    return this.#progress.freshTokens ?? this.#options.estimate();
  }

  /** How fast the model usually processes prompts, tokens per second; null if it is unknown. */
  get usualRate(): number | null {
    return this.#options.usualRate();
  }

  /** The tokens processed by now at the model's usual speed; null if it is not known. */
  #expected(now: number): number | null {
    const rate = this.#options.usualRate();
    if (rate === null || this.#sentAt === null) return null;
    return ((now - this.#sentAt) / 1_000) * rate;
  }

  /** Counts up to a sum. What was counted before stays, even if it was more. */
  #count(sum: number, from: number, to: number): void {
    const tokens = sum - this.#counted;
    if (tokens <= 0) return;
    const step = { tokens, from, to };
    this.#steps.push(step);
    this.#counted = sum;
    this.#spread(step);
  }

  #spread({ tokens, from, to }: Step): void {
    this.#options.history.spread('input', tokens, from, to);
  }
}
