/**
 * Energy of a prompt token as a share of that of an output token, before it is learnt. Both need
 * the same arithmetic, but a prompt is processed in large batches, while each output token of a
 * single stream reads all weights. Local servers report prompt speeds of 10 to 40 times their
 * output speeds at about the same power, so a twentieth is the middle of a wide range.
 */
export const DEFAULT_PROMPT_WEIGHT = 0.05;

/** Exchanges whose median is used, and the fewest from which it is. */
const REMEMBERED = 25;
const FEWEST = 3;
/** Shorter parts say too little. */
const MIN_PROMPT_TOKENS = 200;
const MIN_OUTPUT_TOKENS = 20;
/** A weight outside of this range is a wrong count, such as that of a prompt from the cache. */
const MIN_WEIGHT = 0.002;
const MAX_WEIGHT = 1;

/** What a prompt token costs. */
export interface PromptCosts {
  /** Its energy as a share of that of an output token. */
  readonly weight: number;
  /** How many are processed in a second; null if unknown. */
  readonly rate: number | null;
}

/** The energy of an exchange that ran alone, joules, and its tokens. */
export interface AloneRun {
  readonly prefillJoules: number | null;
  readonly decodeJoules: number | null;
  readonly promptTokens: number | null;
  readonly outputTokens: number;
  /** From the request to the first content, milliseconds; null to learn no speed from it. */
  readonly prefillMs: number | null;
}

/**
 * Learns how much energy a prompt token takes compared with an output token, and how fast prompts
 * are processed. Both are the median of the latest ones. The energy is learnt from exchanges that ran
 * alone, because only their two parts are measured apart; the speed also from what servers
 * report. The prompt's tokens may be estimated, if the work that is weighed is estimated in the
 * same way.
 */
export class LearntCosts {
  #weights: number[] = [];
  #rates: number[] = [];

  get costs(): PromptCosts {
    return {
      weight: this.#weights.length < FEWEST ? DEFAULT_PROMPT_WEIGHT : median(this.#weights),
      rate: this.#rates.length < FEWEST ? null : median(this.#rates),
    };
  }

  /** Learns the speed of a prompt, which took the server `ms`. */
  learnRate(promptTokens: number | null, ms: number): void {
    if (promptTokens === null || promptTokens < MIN_PROMPT_TOKENS || ms <= 0) return;
    this.#rates = [...this.#rates, (promptTokens / ms) * 1_000].slice(-REMEMBERED);
  }

  learn({ prefillJoules, decodeJoules, prefillMs, promptTokens, outputTokens }: AloneRun): void {
    if (prefillJoules === null || decodeJoules === null) return;
    if (promptTokens === null) return;
    if (promptTokens < MIN_PROMPT_TOKENS || outputTokens < MIN_OUTPUT_TOKENS) return;
    const weight = prefillJoules / promptTokens / (decodeJoules / outputTokens);
    if (!(weight >= MIN_WEIGHT && weight <= MAX_WEIGHT)) return;
    this.#weights = [...this.#weights, weight].slice(-REMEMBERED);
    if (prefillMs !== null) this.learnRate(promptTokens, prefillMs);
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
