/** Keeps the bytes of one wanted value while it is skipped, up to the limit of its leaf. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { ByteBuffer } from './byte-buffer.ts';
import type { Leaf } from './json-shape.ts';
import { parseJson } from './json-text.ts';
import { MeasuredText, TextMeter } from './text-length.ts';

const MAX_VALUE = 64 * 1024;
export const MAX_SAMPLE = 256;
/** Bytes of a digest that are used: enough that no two texts of a run meet by chance. */
const DIGEST_BYTES = 8;

const QUOTE = 0x22;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

export class ValueRecorder {
  readonly #bytes = new ByteBuffer(MAX_VALUE);
  #leaf: Leaf | null = null;
  #firstByte = 0;
  #overflowed = false;
  readonly #text = new TextMeter();
  /** Of the value being recorded, if only its digest is wanted. */
  #hash: Hash | null = null;

  /** The leaf being recorded; null if there is none. */
  get leaf(): Leaf | null {
    return this.#leaf;
  }

  /** Bytes recorded so far. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Allocated memory in bytes. */
  get capacity(): number {
    return this.#bytes.capacity;
  }

  /** Begins a value with its first byte. Without a leaf, nothing is recorded. */
  begin(leaf: Leaf | null, firstByte: number): void {
    this.#leaf = leaf;
    this.#firstByte = firstByte;
    this.#overflowed = false;
    this.#text.reset();
    this.#hash = leaf?.kind === 'digest' && firstByte === QUOTE ? createHash('sha256') : null;
  }

  add(chunk: Buffer, start: number, end: number): void {
    if (this.#leaf === null) return;
    if (this.#leaf.kind === 'digest') {
      this.#hash?.update(chunk.subarray(start, end));
      return;
    }
    if (this.#leaf.kind === 'text' && this.#firstByte === QUOTE) this.#text.add(chunk, start, end);
    if (this.#overflowed) return;
    const limit = this.#leaf.kind === 'value' ? MAX_VALUE : MAX_SAMPLE;
    const fits = this.#bytes.length + end - start <= limit;
    this.#overflowed = !fits || !this.#bytes.append(chunk, start, end);
  }

  /** Ends the value. `ok` is false if it is malformed. `value` is undefined if it was too large. */
  end(): { readonly ok: boolean; readonly value: unknown } {
    if (this.#leaf?.kind === 'digest') return this.#endDigest();
    const isWhole = !this.#overflowed;
    const value = isWhole ? parseJson(this.#bytes.latin1()) : this.#standIn();
    const ok = value !== undefined || !isWhole;
    this.#bytes.clear();
    this.#leaf = null;
    return { ok, value };
  }

  /** The digest as a few characters; undefined for a value that is no text. */
  #endDigest(): { readonly ok: boolean; readonly value: unknown } {
    const value = this.#hash?.digest().toString('latin1', 0, DIGEST_BYTES);
    this.#hash = null;
    this.#leaf = null;
    return { ok: true, value };
  }

  /** The placeholder for a sampled value that was too large: of the same type and not empty. */
  #standIn(): unknown {
    if (this.#leaf?.kind === 'value') return undefined;
    if (this.#firstByte === QUOTE) {
      return this.#leaf?.kind === 'text' ? new MeasuredText(this.#text.characters) : '\u2026';
    }
    if (this.#firstByte === OPEN_ARRAY) return [null];
    return this.#firstByte === OPEN_OBJECT ? { '\u2026': null } : null;
  }
}
