/**
 * Anthropic's usage. A stream sends it in pieces; each field is cumulative and replaces its earlier
 * value. If a cache field is present, `input_tokens` does not include the cached tokens.
 */
import type { Usage } from '../../../shared/usage.ts';
import { at } from './json-text.ts';
import { count } from './usage-shapes.ts';
import { placed } from './usage-totals.ts';

export class AnthropicUsage {
  #input: number | null = null;
  #cacheRead: number | null = null;
  #cacheWrite: number | null = null;
  #output: number | null = null;
  #thinking: number | null = null;
  #isFinal = false;

  /** True if the output count came with the end of the answer, not only at its beginning. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /**
   * Takes a `usage` object.
   *
   * @param isFinal true at the end of a stream and in a unary answer; at the beginning of a stream
   * the output count is only a placeholder
   */
  merge(usage: unknown, isFinal: boolean): void {
    this.#input = later(this.#input, at(usage, 'input_tokens'));
    this.#cacheRead = later(this.#cacheRead, at(usage, 'cache_read_input_tokens'));
    this.#cacheWrite = later(this.#cacheWrite, at(usage, 'cache_creation_input_tokens'));
    this.#output = later(this.#output, at(usage, 'output_tokens'));
    this.#thinking = later(
      this.#thinking,
      at(usage, 'output_tokens_details', 'thinking_tokens') ??
        at(usage, 'output_tokens_details', 'reasoning_tokens'),
    );
    if (isFinal && count(at(usage, 'output_tokens')) !== null) this.#isFinal = true;
  }

  /**
   * The usage so far.
   *
   * @param ended true if the stream ended or is still running. If it broke off, an input count from
   * its beginning is treated as a guess, unless the server reports cache fields
   */
  usage(ended: boolean): Usage {
    const beside = (this.#cacheRead ?? 0) + (this.#cacheWrite ?? 0);
    const knowsCache = this.#cacheRead !== null || this.#cacheWrite !== null;
    const isPartial = !this.#isFinal && !ended;
    const usage = placed(
      {
        input: this.#input === null ? null : this.#input + beside,
        cached: this.#cacheRead,
        output: isPartial ? null : this.#output,
        reasoning: isPartial ? null : this.#thinking,
        total: null,
      },
      false,
    );
    if (usage.inputTokens === null) return usage;
    const guessed = isPartial && !knowsCache;
    const input = guessed ? 'estimated' : beside > 0 ? 'derived' : 'reported';
    return { ...usage, provenance: { ...usage.provenance, input } };
  }
}

/** A later count replaces an earlier one. A zero replaces only an unknown count. */
function later(before: number | null, value: unknown): number | null {
  const now = count(value);
  return now === null || (now === 0 && before !== null) ? before : now;
}
