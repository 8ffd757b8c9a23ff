/** Keeps one wanted value while it is skipped over, up to its leaf's limit. */
import { ByteBuffer } from './byte-buffer.ts';
import type { Leaf } from './json-shape.ts';
import { parseJson } from './json-text.ts';
import { MeasuredText, TextMeter } from './text-length.ts';

const MAX_VALUE = 64 * 1024;
export const MAX_SAMPLE = 256;

const QUOTE = 0x22;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

export class ValueRecorder {
  readonly #bytes = new ByteBuffer(MAX_VALUE);
  #leaf: Leaf | null = null;
  #firstByte = 0;
  #overflowed = false;
  readonly #text = new TextMeter();

  /** What is being recorded; null if nothing is. */
  get leaf(): Leaf | null {
    return this.#leaf;
  }

  /** Bytes recorded so far. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Memory held. */
  get capacity(): number {
    return this.#bytes.capacity;
  }

  /** Begins a value with its first byte; without a leaf nothing is recorded. */
  begin(leaf: Leaf | null, firstByte: number): void {
    this.#leaf = leaf;
    this.#firstByte = firstByte;
    this.#overflowed = false;
    this.#text.reset();
  }

  add(chunk: Buffer, start: number, end: number): void {
    if (this.#leaf === null) return;
    if (this.#leaf.kind === 'text' && this.#firstByte === QUOTE) this.#text.add(chunk, start, end);
    if (this.#overflowed) return;
    const limit = this.#leaf.kind === 'value' ? MAX_VALUE : MAX_SAMPLE;
    const fits = this.#bytes.length + end - start <= limit;
    this.#overflowed = !fits || !this.#bytes.append(chunk, start, end);
  }

  /** Ends the value: `ok` is false if it is malformed; undefined stands for one too large. */
  end(): { readonly ok: boolean; readonly value: unknown } {
    const isWhole = !this.#overflowed;
    const value = isWhole ? parseJson(this.#bytes.latin1()) : this.#standIn();
    const ok = value !== undefined || !isWhole;
    this.#bytes.clear();
    this.#leaf = null;
    return { ok, value };
  }

  /** What stands for a sampled value too large to keep: of its type, and not empty. */
  #standIn(): unknown {
    if (this.#leaf?.kind === 'value') return undefined;
    if (this.#firstByte === QUOTE) {
      return this.#leaf?.kind === 'text' ? new MeasuredText(this.#text.characters) : '\u2026';
    }
    if (this.#firstByte === OPEN_ARRAY) return [null];
    return this.#firstByte === OPEN_OBJECT ? { '\u2026': null } : null;
  }
}
