import { endOfPart, partNameAt } from './multipart.ts';
import type { PartName } from './multipart.ts';
import { nameBefore } from './name-before.ts';
import type { NameBefore } from './name-before.ts';
import type { SecretNames } from './secret-names.ts';
import { closingQuote, endOf, matchAt } from './text-search.ts';
import type { Span } from './spans.ts';

/** The mark between a name and its value, plain or URL-encoded. */
const MARK = /[:=]|%3[ad]/gi;
/** The beginning of a form. Its values contain no unencoded spaces, quotes or ampersands. */
const FORM = /^[^\s"'`{}()<>:;,\\]{0,256}=/;
const FORM_END = /&(?=[^&=\s]{0,256}=)/g;
const URL_END = /[&\s"<>\\]/g;
const ENCODED_END = /[&\s"'<>]/g;
const LINE_END = /[\r\n]/g;
const WORD_END = /\s/g;
/** The value may be on the next line. */
const SPACE = /\s*/y;
/** The first character of a value of several lines, in JSON and YAML. */
const BEGIN_OF_LINES = /[{[|>]/;
const ANY_SPACE = /(?:\s|\\+[nrt])*/y;
/** The rest of a longer mark, such as `==` and `=>`. */
const MORE_OF_MARK = /[ \t]*[=>~]*[ \t]*/y;
const QUOTE = /"""|'''|\\*["'`]|\\+u002[27]/y;
const LITERAL = /[\w.+-]+/y;
/**
 * The text after a member's value: the end of its object, the next member, or the end of the text.
 */
const MEMBER_END = /\s*(?:$|[}\])](?![\w-])|,\s*(\\*["'`])[^"'`\\]{0,256}\1\s*[:=])/y;

/**
 * The text before a quoted name in prose, but not in a document. The letter of `\n` is not prose.
 */
const PROSE_END = /(?:(?<!\\)\w|[*(-])[ \t]*$/;

/** A mark after the name of a secret. */
interface Found {
  readonly name: NameBefore;
  readonly mark: string;
  /** The end of the mark. */
  readonly from: number;
  /** True if the name is a parameter of a URL or form. */
  readonly isQuery: boolean;
}

/**
 * Finds the values of named secrets in text that is not whole or cut JSON: prose, code, settings,
 * URLs, forms, multipart bodies, broken JSON. Searches must go from the front to the end.
 */
export class TextSecrets {
  readonly #text: string;
  readonly #names: SecretNames;
  readonly #by: string;
  readonly #isForm: boolean;
  /** The first mark after the start of the last search; undefined before the first search. */
  #mark: RegExpExecArray | null | undefined;

  constructor(text: string, names: SecretNames, by: string) {
    this.#text = text;
    this.#names = names;
    this.#by = by;
    this.#isForm = FORM.test(text);
  }

  /**
   * Returns the values whose names are in a part of the text. The last value may extend beyond the
   * part.
   */
  inText(start: number, end: number): Span[] {
    return this.#search(start, end, (found) => this.#valueOf(found));
  }

  /**
   * Returns the values whose names are in a part that is broken JSON. Quotes and brackets are not
   * reliable there, so the first value of a member extends to the end of the part.
   */
  inBroken(start: number, end: number): Span[] {
    return this.#search(start, end, (found) => {
      if (found.isQuery && found.mark !== ':') return this.#valueOf(found);
      return { start: endOf(ANY_SPACE, this.#text, found.from), end, by: JSON.stringify(this.#by) };
    });
  }

  #search(start: number, end: number, valueOf: (found: Found) => Span): Span[] {
    const spans: Span[] = [];
    let mark = this.#nextMark(start);
    while (mark !== null && mark.index < end) {
      const next = mark.index + mark[0].length;
      const value = this.#behind(mark.index, mark[0], valueOf);
      const isHidden = value !== null && value.end > value.start;
      if (isHidden) spans.push(value);
      mark = this.#nextMark(isHidden ? value.end : next);
    }
    return spans;
  }

  #nextMark(from: number): RegExpExecArray | null {
    if (this.#mark === null || (this.#mark !== undefined && this.#mark.index >= from)) {
      return this.#mark;
    }
    MARK.lastIndex = from;
    this.#mark = MARK.exec(this.#text);
    return this.#mark;
  }

  /** Returns the secret after a mark; null if the name before the mark is an ordinary one. */
  #behind(at: number, mark: string, valueOf: (found: Found) => Span): Span | null {
    const name = nameBefore(this.#text, at);
    if (name === null) return null;
    const from = at + mark.length;
    if (mark === '=' && name.candidates.includes('name')) {
      const part = partNameAt(this.#text, from);
      if (part !== null) return this.#partOf(part);
    }
    for (const candidate of name.candidates) {
      // An escaped `&` is read as a part of the name.
      const last = candidate.replace(/^.*u0026/s, '');
      const place = this.#names.placeOf(last);
      if (place === null) continue;
      const isQuery = last !== candidate || this.#isParameter(name.start);
      if (place === 'everywhere' || (isQuery && mark !== ':')) {
        return valueOf({ name, mark, from, isQuery });
      }
    }
    return null;
  }

  #isParameter(start: number): boolean {
    const before = this.#text.slice(Math.max(0, start - 3), start);
    return /(?:[?&;]|%3F|%26)$/i.test(before) || (start === 0 && this.#isForm);
  }

  #partOf({ name, end }: PartName): Span | null {
    if (this.#names.placeOf(name) === null) return null;
    return { start: end, end: endOfPart(this.#text, end), by: `\r\n\r\n${this.#by}` };
  }

  #valueOf(found: Found): Span {
    const { name, mark, from } = found;
    if (mark.length > 1) return this.#upTo(ENCODED_END, from);
    if (mark === '=') return this.#parameter(found);
    // In Markdown, names of code have backticks, and prose follows them.
    const isMember = name.quote !== '' && !name.quote.endsWith('`');
    return isMember ? this.#member(from, name) : this.#line(from, name.opening);
  }

  /**
   * Reads `"name": value`. If the end of the value is unclear, the value extends to the end of the
   * line in prose, and to the end of the text in a possible document.
   */
  #member(from: number, { start: nameStart, quote: nameQuote }: NameBefore): Span {
    const text = this.#text;
    const start = endOf(ANY_SPACE, text, from);
    const quote = matchAt(QUOTE, text, start);
    const open = nameStart - nameQuote.length;
    const isProse = PROSE_END.test(text.slice(Math.max(0, open - 20), open));
    if (quote !== '') {
      const value = this.#quoted(start + quote.length, quote, true);
      return isProse || value.isWhole ? value : { ...value, end: text.length };
    }
    const by = `${nameQuote}${this.#by}${nameQuote}`;
    const end = start + matchAt(LITERAL, text, start).length;
    if (end > start && this.#isMemberEnd(end)) return { start, end, by };
    return isProse ? { ...this.#rest(start), by } : { start, end: text.length, by };
  }

  /** Reads `name: value` in one line of text or in two. `opening` is a quote before the name. */
  #line(from: number, opening: string): Span {
    const text = this.#text;
    const start = endOf(SPACE, text, from);
    const quote = matchAt(QUOTE, text, start);
    if (quote !== '') return this.#quoted(start + quote.length, quote, opening !== '');
    return this.#rest(start, opening);
  }

  /**
   * Reads a value without quotes: a line, or all the rest if its first character begins several
   * lines.
   */
  #rest(start: number, opening = ''): Span {
    const text = this.#text;
    const isLong =
      BEGIN_OF_LINES.test(text.slice(start, start + 1)) && !text.startsWith(this.#by, start);
    return isLong
      ? { start, end: text.length, by: this.#by }
      : this.#upTo(LINE_END, start, opening);
  }

  /** Reads `name=value` of a URL, a form, or a line of text. */
  #parameter({ name, from, isQuery }: Found): Span {
    const text = this.#text;
    if (this.#isForm) return this.#upTo(FORM_END, from);
    if (isQuery && text[from] !== '"') return this.#upTo(URL_END, from);
    const start = endOf(MORE_OF_MARK, text, from);
    const quote = matchAt(QUOTE, text, start);
    if (quote !== '') return this.#quoted(start + quote.length, quote, false);
    // A value at the start of a line may have spaces. One among several words in a line has none.
    const before = text.slice(Math.max(0, name.start - 80), name.start);
    const isAssignment = start > from || /(?:^|\n)[ \t]*(?:export[ \t]+)?$/.test(before);
    return this.#upTo(isAssignment ? LINE_END : WORD_END, start, name.opening);
  }

  /**
   * Reads a value in quotes, or up to the end of the text if the closing quote is missing. After a
   * member's value, the end of the member must follow. If it does not, the quote may be inside the
   * value, so the rest of the line is hidden too.
   */
  #quoted(start: number, quote: string, isMember: boolean): Span & { readonly isWhole: boolean } {
    const text = this.#text;
    const end = closingQuote(text, start, quote);
    if (end === -1) return { start, end: text.length, by: `${this.#by}${quote}`, isWhole: false };
    const isWhole = !isMember || this.#isMemberEnd(end + quote.length);
    const whole = { start, end, by: this.#by };
    return { ...(isWhole ? whole : { ...this.#upTo(LINE_END, end), start }), isWhole };
  }

  #isMemberEnd(at: number): boolean {
    MEMBER_END.lastIndex = at;
    return MEMBER_END.test(this.#text);
  }

  /**
   * Reads a value up to a delimiter, to the quote that was opened before its name, or to the end of
   * the text.
   */
  #upTo(delimiter: RegExp, start: number, opening = ''): Span {
    const text = this.#text;
    delimiter.lastIndex = start;
    const end = delimiter.exec(text)?.index ?? text.length;
    const value = text.slice(start, end);
    const close = opening === '' ? -1 : closingQuote(value, 0, opening);
    return { start, end: close === -1 ? end : start + close, by: this.#by };
  }
}
