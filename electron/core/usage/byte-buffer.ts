/**
 * A short run of bytes kept across chunks. It copies the bytes, so that no large chunk stays in
 * memory.
 */
export class ByteBuffer {
  #bytes = Buffer.alloc(0);
  #length = 0;
  readonly #limit: number;

  /** @param limit most bytes that the buffer may hold */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** Allocated memory in bytes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * Appends `source[start, end)`. If that would exceed the limit, appends nothing and returns
   * false.
   */
  append(source: Buffer, start: number, end: number): boolean {
    const length = this.#length + end - start;
    if (length > this.#limit) return false;
    if (length > this.#bytes.length) this.#grow(length);
    source.copy(this.#bytes, this.#length, start, end);
    this.#length = length;
    return true;
  }

  /** Empties the buffer. Frees the memory if it is large. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > 4096) this.#bytes = Buffer.alloc(0);
  }

  /** The content, valid until the next append or clear. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** The content, one character per byte. */
  latin1(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  #grow(needed: number): void {
    const size = Math.min(this.#limit, Math.max(256, needed, this.#bytes.length * 2));
    const bytes = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
