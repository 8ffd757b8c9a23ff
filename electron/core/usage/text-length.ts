/**
 * How long generated texts are, in UTF-16 units as JavaScript counts them, without keeping the texts:
 * a rough check of how many tokens they can be.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Hexadecimal digits of `\uXXXX`. */
const UNICODE_DIGITS = 4;

/** A text of which only the length is known, because it was too long to keep. */
export class MeasuredText {
  readonly characters: number;

  constructor(characters: number) {
    this.characters = characters;
  }
}

/** The length of a text, kept or only measured; 0 for anything else. */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value instanceof MeasuredText ? value.characters : 0;
}

/** Measures a JSON string as its bytes pass, in whatever pieces; its quotes count for nothing. */
export class TextMeter {
  #characters = 0;
  #inEscape = false;
  /** Digits of an escape that are still to come. */
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

  /** As {@link add}, of text that holds one character a byte. */
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
    // Continuation bytes of UTF-8 add nothing; four bytes make two units.
    else if (byte !== QUOTE && (byte & 0xc0) !== 0x80) this.#characters += byte >= 0xf0 ? 2 : 1;
  }
}
