/**
 * Anthropic's usage, told in pieces over a stream: each field is cumulative and replaces what was
 * said before. Where a cache field is present, the cached tokens are beside `input_tokens`, not in it.
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

  /** The output was told with the end of the answer, not only at its beginning. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /**
   * Takes a `usage` object.
   *
   * @param isFinal it stands at the answer's end, or in an answer that is not a stream: at a
   * stream's beginning the output is a placeholder
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
   * @param ended the stream came to its end, or is still going on: else an input that was told at the
   * beginning, by a server that tells nothing about caching, may have been that server's guess
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

/** A later count replaces an earlier one; a zero replaces only what was unknown. */
function later(before: number | null, value: unknown): number | null {
  const now = count(value);
  return now === null || (now === 0 && before !== null) ? before : now;
}
