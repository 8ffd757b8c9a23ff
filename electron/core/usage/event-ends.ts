const LF = 0x0a;
const CR = 0x0d;

/**
 * Finds where the events of an event stream end, across chunks. A line ends with LF, CR LF or CR,
 * and an empty line ends the event (HTML standard, 9.2.5).
 */
export class EventEnds {
  /** True while the current line is empty. */
  #isLineEmpty = true;
  /** True if the last byte was a CR, to which a following LF belongs. */
  #afterCr = false;
  /** True until the first byte of the next event. */
  #isBetween = false;

  /**
   * The position after the empty line that ends the current event; -1 if the chunk has no end. The
   * LF of a CR LF may come with the next chunk; see `restOfEnd`.
   */
  next(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at];
      const belongsToCr = byte === LF && this.#afterCr;
      this.#afterCr = byte === CR;
      this.#isBetween = false;
      if (belongsToCr) continue;
      if (byte !== LF && byte !== CR) {
        this.#isLineEmpty = false;
      } else if (this.#isLineEmpty) {
        return this.#end(chunk, at);
      } else {
        this.#isLineEmpty = true;
      }
    }
    return -1;
  }

  /** The bytes at the chunk's start that belong to the event before it, which has ended: 0 or 1. */
  restOfEnd(chunk: Buffer): number {
    const isRest = this.#isBetween && this.#afterCr && chunk[0] === LF;
    if (isRest) this.#afterCr = false;
    return isRest ? 1 : 0;
  }

  #end(chunk: Buffer, at: number): number {
    this.#isBetween = true;
    this.#isLineEmpty = true;
    if (!this.#afterCr || chunk[at + 1] !== LF) return at + 1;
    this.#afterCr = false;
    return at + 2;
  }
}
