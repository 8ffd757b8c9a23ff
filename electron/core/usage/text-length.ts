/**
 * Measures generated texts in UTF-16 units, JavaScript's own, without keeping them. The lengths
 * serve as a rough check of token counts.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Hexadecimal digits in `\uXXXX`. */
const UNICODE_DIGITS = 4;

/** The length of a text that was too long to keep. */
export class MeasuredText {
  readonly characters: number;

  constructor(characters: number) {
    this.characters = characters;
  }
}

/** The length of a kept or measured text; 0 for any other value. */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value instanceof MeasuredText ? value.characters : 0;
}

/** Measures a JSON string from its bytes, in chunks of any size. Quotes do not count. */
export class TextMeter {
  #characters = 0;
  #inEscape = false;
  /** Digits of an escape that are still missing. */
  #digits = 0;

  get characters(): number {
    return this.#characters;
  }

  reset(): void {
    this.#characters = 0;
    this.#inEscape = false;
    this.#digits = 0;
  }

  add(bytes: Buffer, start: number, end: number): void {
    for (let i = start; i < end; i += 1) this.#take(bytes[i] ?? 0);
  }

  /** Like {@link add}, for text with one character per byte. */
  addLatin1(text: string, start: number, end: number): void {
    for (let i = start; i < end; i += 1) this.#take(text.charCodeAt(i));
  }

  #take(byte: number): void {
    if (this.#digits > 0) this.#digits -= 1;
    else if (this.#inEscape) {
      this.#inEscape = false;
      this.#characters += 1;
      if (byte === LETTER_U) this.#digits = UNICODE_DIGITS;
    } else if (byte === BACKSLASH) this.#inEscape = true;
    // UTF-8 continuation bytes do not count; a four-byte character has two UTF-16 units.
    else if (byte !== QUOTE && (byte & 0xc0) !== 0x80) this.#characters += byte >= 0xf0 ? 2 : 1;
  }
}
