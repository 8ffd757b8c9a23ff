/**
 * Finds the end of one JSON value without reading it. Strings are skipped with a native search and
 * nesting is only counted, so size and depth need no memory.
 */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The meaning of a byte outside a string: 0 none, 1 quote, 2 opens, 3 closes, 4 ends a scalar. */
const MEANING = new Uint8Array(256);
MEANING[QUOTE] = 1;
for (const byte of Buffer.from('{[')) MEANING[byte] = 2;
for (const byte of Buffer.from('}]')) MEANING[byte] = 3;
for (const byte of Buffer.from(', \t\r\n:')) MEANING[byte] = 4;

/** `N` and `I` begin `NaN` and `Infinity`, which are not JSON but occur in practice. */
const CAN_BEGIN = new Set(Buffer.from('{["-0123456789tfnNI'));

/**
 * Bytes of a string that are checked one by one before the native search, which is slower for short
 * strings.
 */
const SHORT = 40;

export class ValueSkipper {
  #depth = 0;
  #inString = false;
  /** True if the last byte of the previous chunk escapes the first byte of the next. */
  #escaped = false;
  #started = false;
  #ended = true;

  static canBegin(byte: number): boolean {
    return CAN_BEGIN.has(byte);
  }

  /** True once the value has ended. The last position returned is the first byte after it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True inside a number or word, which ends only with the byte after it. */
  get isBareScalar(): boolean {
    return !this.#ended && this.#started && this.#depth === 0 && !this.#inString;
  }

  /** Expects the first byte of a value next. */
  begin(): void {
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#started = false;
    this.#ended = false;
  }

  /** Expects the first byte inside a string next. */
  beginString(): void {
    this.begin();
    this.#inString = true;
  }

  /** Skips from `i` to the end of the value or chunk and returns the position reached. */
  skip(chunk: Buffer, i: number): number {
    const length = chunk.length;
    while (i < length && !this.#ended) {
      if (this.#inString) {
        i = this.#skipString(chunk, i);
        continue;
      }
      const byte = chunk[i] ?? 0;
      const meaning = MEANING[byte] ?? 0;
      if (meaning === 0 || (meaning === 4 && this.#depth > 0)) i += 1;
      else if (this.#endsBefore(meaning)) this.#ended = true;
      else {
        i += 1;
        this.#enter(meaning);
      }
      this.#started = true;
    }
    return i;
  }

  /** True if a byte with this meaning ends a top-level scalar without belonging to it. */
  #endsBefore(meaning: number): boolean {
    return this.#depth === 0 && (meaning >= 3 || this.#started);
  }

  #enter(meaning: number): void {
    if (meaning === 1) this.#inString = true;
    else if (meaning === 2) this.#depth += 1;
    else {
      this.#depth -= 1;
      if (this.#depth === 0) this.#ended = true;
    }
  }

  #leaveString(): void {
    this.#inString = false;
    if (this.#depth === 0) this.#ended = true;
  }

  #skipString(chunk: Buffer, i: number): number {
    const length = chunk.length;
    if (this.#escaped) {
      this.#escaped = false;
      i += 1;
    }
    const near = Math.min(length, i + SHORT);
    while (i < near) {
      const byte = chunk[i];
      if (byte === QUOTE) {
        this.#leaveString();
        return i + 1;
      }
      i += byte === BACKSLASH ? 2 : 1;
    }
    if (i > length) {
      this.#escaped = true;
      return length;
    }
    return i < length ? this.#searchQuote(chunk, i) : length;
  }

  /** The same with a native search. The byte at `i` must not be escaped. */
  #searchQuote(chunk: Buffer, i: number): number {
    for (;;) {
      const found = chunk.indexOf(QUOTE, i);
      const end = found === -1 ? chunk.length : found;
      let run = 0;
      while (end - run > i && chunk[end - run - 1] === BACKSLASH) run += 1;
      const isEscaped = run % 2 === 1;
      if (found === -1) {
        this.#escaped = isEscaped;
        return end;
      }
      if (!isEscaped) {
        this.#leaveString();
        return found + 1;
      }
      i = found + 1;
    }
  }
}
