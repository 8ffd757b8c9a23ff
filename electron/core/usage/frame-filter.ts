/** Tells ordinary content frames from the rest without parsing them. */
import type { Content } from './content-tally.ts';
import type { OrdinaryFrames } from './fold.ts';
import { TextMeter } from './text-length.ts';

/** The remainder of a JSON string from inside it: everything up to the closing quote. */
const STRING_REST = /(?:[^"\\]|\\[^])*/y;

/**
 * Frames of one stream mostly differ in their content only. Once one was recognised, the next is
 * compared with what stood before and after its content: two comparisons instead of a search.
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

  /** True if `line` (one character a byte) surely carries content and nothing else of interest. */
  isOrdinary(line: string, event: string): boolean {
    return this.#isAlike(line, event) || this.#matches(line, event);
  }

  /** What the frame carried that was judged last, if it was ordinary. */
  contentOf(line: string): Content {
    this.#meter.reset();
    this.#meter.addLatin1(line, this.#before.length, line.length - this.#after.length);
    return { characters: this.#meter.characters, visible: this.#isVisible };
  }

  /** The same frame as the one remembered, with other content that is not empty. */
  #isAlike(line: string, event: string): boolean {
    const from = this.#before.length;
    const to = line.length - this.#after.length;
    if (from === 0 || to <= from || event !== this.#event) return false;
    if (this.#marker !== this.#rules.marker()) return false;
    // Comparing slices is faster here than startsWith and endsWith.
    if (line.slice(0, from) !== this.#before || line.slice(to) !== this.#after) return false;
    // `after` begins with the closing quote: the first quote must be that one, and not escaped.
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
