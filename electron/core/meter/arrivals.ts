import { Gaps } from './chunk-gaps.ts';

/** When the content of an answer arrived. Moments are monotonic milliseconds. */
export class Arrivals {
  readonly gaps = new Gaps();
  #chunks = 0;
  #firstAt: number | null = null;
  #lastAt: number | null = null;
  #firstTextAt: number | null = null;

  /** Content chunks so far. */
  get chunks(): number {
    return this.#chunks;
  }

  /** Null before the first content. */
  get firstAt(): number | null {
    return this.#firstAt;
  }

  get lastAt(): number | null {
    return this.#lastAt;
  }

  /** The first visible text: neither reasoning nor a tool call. */
  get firstTextAt(): number | null {
    return this.#firstTextAt;
  }

  /** Chunks that arrived at the same moment. */
  add(chunks: number, now: number, hasVisibleText: boolean): void {
    if (this.#lastAt !== null) this.gaps.add(now - this.#lastAt);
    this.#firstAt ??= now;
    this.#lastAt = now;
    if (hasVisibleText) this.#firstTextAt ??= now;
    this.#chunks += chunks;
  }
}
