import { endOfPart, partNameAt } from './multipart.ts';
import type { PartName } from './multipart.ts';
import { nameBefore } from './name-before.ts';
import type { NameBefore } from './name-before.ts';
import type { SecretNames } from './secret-names.ts';
import type { Span } from './spans.ts';

/** What stands between a name and its value, as it is or as URLs encode it. */
const MARK = /[:=]|%3[ad]/gi;
/** A body that begins so is a form; its values have no spaces, quotes and ampersands of their own. */
const FORM = /^[^\s"'`{}()<>:;,\\]{0,256}=/;
const FORM_END = /&(?=[^&=\s]{0,256}=)/g;
const URL_END = /[&\s"<>\\]/g;
const ENCODED_END = /[&\s"'<>]/g;
const LINE_END = /[\r\n]/g;
const WORD_END = /\s/g;
/** A value on the next line is one too. */
const SPACE = /\s*/y;
/** Of JSON, and of YAML's texts of several lines. */
const BEGIN_OF_LINES = /[{[|>]/;
const ANY_SPACE = /(?:\s|\\+[nrt])*/y;
/** Behind the `=`, as in `==` and `=>`. */
const MORE_OF_MARK = /[ \t]*[=>~]*[ \t]*/y;
const QUOTE = /"""|'''|\\*["'`]|\\+u002[27]/y;
const LITERAL = /[\w.+-]+/y;
/** Behind the value of a member: the end of its object, the next member, or the end of the text. */
const MEMBER_END = /\s*(?:$|[}\])](?![\w-])|,\s*(\\*["'`])[^"'`\\]{0,256}\1\s*[:=])/y;

/** What stands before a quoted name in prose, and in no document; the letter of `\n` is no prose. */
const PROSE_END = /(?:(?<!\\)\w|[*(-])[ \t]*$/;

/** A mark behind the name of a secret. */
interface Found {
  readonly name: NameBefore;
  readonly mark: string;
  /** Where the mark ends. */
  readonly from: number;
  /** Whether the name is that of a parameter in a URL. */
  readonly isQuery: boolean;
}

/**
 * Finds the values of named secrets in text that is no sound JSON: prose, code, settings, URLs, forms,
 * multipart bodies, broken JSON. Its searches must go from the front to the end.
 */
export class TextSecrets {
  readonly #text: string;
  readonly #names: SecretNames;
  readonly #by: string;
  readonly #isForm: boolean;
  /** The first mark behind where the last search began; undefined before the first search. */
  #mark: RegExpExecArray | null | undefined;

  constructor(text: string, names: SecretNames, by: string) {
    this.#text = text;
    this.#names = names;
    this.#by = by;
    this.#isForm = FORM.test(text);
  }

  /** The values whose names are in a part of the text. The last may go on behind the part. */
  inText(start: number, end: number): Span[] {
    return this.#search(start, end, (found) => this.#valueOf(found));
  }

  /**
   * The values whose names are in a part that is broken JSON. There no quote or bracket can be relied on:
   * the first value of a member goes to the end of the part.
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

  /** The secret behind a mark; null if the name before the mark is an ordinary one. */
  #behind(at: number, mark: string, valueOf: (found: Found) => Span): Span | null {
    const name = nameBefore(this.#text, at);
    if (name === null) return null;
    const from = at + mark.length;
    if (mark === '=' && name.candidates.includes('name')) {
      const part = partNameAt(this.#text, from);
      if (part !== null) return this.#partOf(part);
    }
    for (const candidate of name.candidates) {
      // `&` may be written as an escape, and then reads as a part of the name.
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
    // In Markdown, names of code have backticks, and prose behind them.
    const isMember = name.quote !== '' && !name.quote.endsWith('`');
    return isMember ? this.#member(from, name) : this.#line(from, name.opening);
  }

  /**
   * `"name": value`. Where nothing tells the end of the value, it goes to the end of the line in prose,
   * and to that of the text in what may be a document.
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

  /** `name: value` of a line of text, or of two; `opening` is a quote before the name. */
  #line(from: number, opening: string): Span {
    const text = this.#text;
    const start = endOf(SPACE, text, from);
    const quote = matchAt(QUOTE, text, start);
    if (quote !== '') return this.#quoted(start + quote.length, quote, opening !== '');
    return this.#rest(start, opening);
  }

  /** A value without quotes: a line, or all the rest if it begins as one of several lines. */
  #rest(start: number, opening = ''): Span {
    const text = this.#text;
    const isLong =
      BEGIN_OF_LINES.test(text.slice(start, start + 1)) && !text.startsWith(this.#by, start);
    return isLong
      ? { start, end: text.length, by: this.#by }
      : this.#upTo(LINE_END, start, opening);
  }

  /** `name=value` of a URL, a form, or a line of text. */
  #parameter({ name, from, isQuery }: Found): Span {
    const text = this.#text;
    if (this.#isForm) return this.#upTo(FORM_END, from);
    if (isQuery && text[from] !== '"') return this.#upTo(URL_END, from);
    const start = endOf(MORE_OF_MARK, text, from);
    const quote = matchAt(QUOTE, text, start);
    if (quote !== '') return this.#quoted(start + quote.length, quote, false);
    // One of several words in a line has no spaces; what the line begins with may have.
    const before = text.slice(Math.max(0, name.start - 80), name.start);
    const isAssignment = start > from || /(?:^|\n)[ \t]*(?:export[ \t]+)?$/.test(before);
    return this.#upTo(isAssignment ? LINE_END : WORD_END, start, name.opening);
  }

  /**
   * A value in quotes, to the end of the text where the second is missing. Of a member, that must be followed
   * by what follows a member; else it may be one inside, and all the rest of the line is hidden.
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

  /** A value that ends before a delimiter, the quote that was opened before its name, or with the text. */
  #upTo(delimiter: RegExp, start: number, opening = ''): Span {
    const text = this.#text;
    delimiter.lastIndex = start;
    const end = delimiter.exec(text)?.index ?? text.length;
    const value = text.slice(start, end);
    const close = opening === '' ? -1 : closingQuote(value, 0, opening);
    return { start, end: close === -1 ? end : start + close, by: this.#by };
  }
}

/** Index of the quote that closes what one like it opened; -1 if there is none. */
function closingQuote(text: string, from: number, quote: string): number {
  let at = text.indexOf(quote, from);
  // A quote with more backslashes is one inside, unless they are pairs that stand for themselves.
  while (at !== -1) {
    const more = backslashesBefore(text, at, from);
    if (more === 0 || (!quote.startsWith('\\') && more % 2 === 0)) return at;
    at = text.indexOf(quote, at + quote.length);
  }
  return -1;
}

function backslashesBefore(text: string, at: number, from: number): number {
  let begin = at;
  while (begin > from && text[begin - 1] === '\\') begin -= 1;
  return at - begin;
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function endOf(pattern: RegExp, text: string, at: number): number {
  return at + matchAt(pattern, text, at).length;
}
