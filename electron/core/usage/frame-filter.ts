/** Recognizes content frames without parsing them. */
import type { Content } from './content-tally.ts';
import type { OrdinaryFrames } from './fold.ts';
import { TextMeter } from './text-length.ts';

/** The rest of a JSON string, from inside it to its closing quote. */
const STRING_REST = /(?:[^"\\]|\\[^])*/y;

/**
 * Frames of one stream usually differ only in their content. After a match, the text before and
 * after the content is remembered, so that the next frame needs two comparisons instead of a
 * search.
 */
export class FrameFilter {
  readonly #rules: OrdinaryFrames;
  #before = '';
  #after = '';
  #event = '';
  #marker: RegExp | null = null;
  #isVisible = false;
  readonly #meter = new TextMeter();

  constructor(rules: OrdinaryFrames) {
    this.#rules = rules;
  }

  /** True if `line` (one character per byte) contains only content. */
  isOrdinary(line: string, event: string): boolean {
    return this.#isAlike(line, event) || this.#matches(line, event);
  }

  /** The content of the last frame that was recognized. */
  contentOf(line: string): Content {
    this.#meter.reset();
    this.#meter.addLatin1(line, this.#before.length, line.length - this.#after.length);
    return { characters: this.#meter.characters, visible: this.#isVisible };
  }

  /**
   * True if the line differs from the remembered frame only in its content, which must not be
   * empty.
   */
  #isAlike(line: string, event: string): boolean {
    const from = this.#before.length;
    const to = line.length - this.#after.length;
    if (from === 0 || to <= from || event !== this.#event) return false;
    if (this.#marker !== this.#rules.marker()) return false;
    // Comparing slices is faster here than startsWith and endsWith.
    if (line.slice(0, from) !== this.#before || line.slice(to) !== this.#after) return false;
    // `after` begins with the closing quote, so the first quote in the line must be that one,
    // unescaped.
    return line.indexOf('"', from) === to && line.charCodeAt(to - 1) !== 0x5c;
  }

  #matches(line: string, event: string): boolean {
    const { events, content } = this.#rules;
    if (events !== null && !events.has(event)) return false;
    const found = content.exec(line);
    if (found === null) return false;
    const marker = this.#rules.marker();
    if (marker?.test(line) === true) return false;
    this.#remember(line, event, marker, found.index + found[0].length - 1);
    this.#isVisible = this.#rules.isVisible(found[1] ?? '', event);
    return true;
  }

  #remember(line: string, event: string, marker: RegExp | null, from: number): void {
    STRING_REST.lastIndex = from;
    STRING_REST.test(line);
    const to = STRING_REST.lastIndex;
    this.#before = line.slice(0, from);
    this.#after = line.slice(to);
    this.#event = event;
    this.#marker = marker;
  }
}
