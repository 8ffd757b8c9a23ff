/**
 * Splits a byte stream into lines and buffers at most one line up to a limit. A longer line is
 * passed on in parts as it arrives.
 */
import { ByteBuffer } from './byte-buffer.ts';

export interface LineSink {
  /** A line without its line feed, one character per byte. It may end with a carriage return. */
  line(latin1: string): void;
  /**
   * A part of a line that is too long to buffer. `last` marks the part, maybe empty, that ends it.
   */
  part(bytes: Buffer, last: boolean): void;
}

/** Longest line that is passed on in one piece, bytes. */
export const MAX_LINE = 64 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = Buffer.alloc(0);

export class LineSplitter {
  readonly #sink: LineSink;
  readonly #carry = new ByteBuffer(MAX_LINE);
  #isLong = false;
  /** The byte that ends lines; null until the first line end. */
  #terminator: number | null;
  #endedInCr = false;

  /** @param loneCr true if a carriage return alone may end a line, as in event streams */
  constructor(sink: LineSink, loneCr: boolean) {
    this.#sink = sink;
    this.#terminator = loneCr ? null : LF;
  }

  /** Bytes held back; tests check the limit with it. */
  get retainedBytes(): number {
    return this.#carry.capacity;
  }

  push(chunk: Buffer): void {
    const terminator = this.#terminator ?? this.#decide(chunk);
    let start = 0;
    while (terminator !== null && start < chunk.length) {
      const end = chunk.indexOf(terminator, start);
      if (end === -1) break;
      this.#endLine(chunk, start, end);
      start = end + 1;
    }
    // A trailing carriage return may belong to a line end, so it is not kept as a part of the line.
    const end = this.#endedInCr ? chunk.length - 1 : chunk.length;
    if (start < end) this.#keep(chunk, start, end);
  }

  /** Ends the input. The remaining bytes count as a line. */
  end(): void {
    if (this.#isLong || this.#carry.length > 0) this.#endLine(NOTHING, 0, 0);
  }

  /** Determines from the first line end how this stream ends its lines. */
  #decide(chunk: Buffer): number | null {
    if (this.#endedInCr && chunk.length > 0) {
      this.#endedInCr = false;
      this.#terminator = chunk[0] === LF ? LF : CR;
      if (this.#terminator === CR) this.#endLine(NOTHING, 0, 0);
      return this.#terminator;
    }
    const lf = chunk.indexOf(LF);
    const cr = chunk.indexOf(CR);
    if (cr === -1 || (lf !== -1 && lf <= cr + 1)) this.#terminator = lf === -1 ? null : LF;
    else if (cr === chunk.length - 1) this.#endedInCr = true;
    else this.#terminator = CR;
    return this.#terminator;
  }

  #endLine(chunk: Buffer, start: number, end: number): void {
    if (!this.#isLong && this.#carry.length === 0 && end - start <= MAX_LINE) {
      this.#sink.line(start === end ? '' : chunk.toString('latin1', start, end));
      return;
    }
    this.#keep(chunk, start, end);
    if (this.#isLong) this.#sink.part(NOTHING, true);
    else this.#sink.line(this.#carry.latin1());
    this.#isLong = false;
    this.#carry.clear();
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    if (!this.#isLong && !this.#carry.append(chunk, start, end)) {
      // Fills the buffer first, so that the first part of a long line is never only a few bytes.
      const cut = start + MAX_LINE - this.#carry.length;
      this.#carry.append(chunk, start, cut);
      start = cut;
      this.#isLong = true;
      this.#sink.part(this.#carry.view(), false);
      this.#carry.clear();
    }
    if (this.#isLong && start < end) this.#sink.part(chunk.subarray(start, end), false);
  }
}
