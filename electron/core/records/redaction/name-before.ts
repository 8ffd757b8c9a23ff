/** A possible name before a `:` or `=`. */
export interface NameBefore {
  /** All possible readings of the name, as written in the text. */
  readonly candidates: readonly string[];
  /** The position of the first candidate. */
  readonly start: number;
  /** The quote after the name with its backslashes; empty if there is none. */
  readonly quote: string;
  /** The quote before a name that has no quote after it; empty if there is none. */
  readonly opening: string;
}

/** Longest name, characters. Only the end of a longer one is read. */
const MAX_NAME = 128;
/** Most quotes inside a name that are skipped. */
const MAX_QUOTES = 4;
/**
 * A quote as written in text, in JSON inside JSON strings, in URLs and in HTML. In the last two, a
 * space may follow.
 */
const QUOTE_END = /(?:\\{0,31}["'`]|\\{1,31}u002[27]|(?:%2[27]|&quot;|&#3[49];)(?:\+|%20)?)$/i;
const QUOTE_ENDS = codes(/["'`27;+0]/);
const ESCAPE = /^u[\da-f]{4}/i;
/**
 * Characters between a name and its mark, as in `**password**:`, `password ?= x`,
 * `headers["cookie"] = x` and `user[password]=x`.
 */
const BEHIND_NAME = codes(/[\s*?+|\]]/);
/** Characters of names without quotes. `%` begins a URL escape. */
const NAME = codes(/[\w.$@%\x80-\xff-]/);
/** The part after the last dot or encoded quote of a name. */
const LAST_PART = /(?:\.|%2[27])([^.%]+)$/i;

/** Reads the quoted or bare name before a mark. Returns null if there is none. */
export function nameBefore(text: string, mark: number): NameBefore | null {
  let end = mark;
  while (end > 0 && BEHIND_NAME[text.charCodeAt(end - 1)] === 1) end -= 1;
  const quote = quoteBefore(text, end);
  end -= quote.length;
  if (/["'`]|u00/.test(quote)) return quotedName(text, end, quote);
  const start = startOfBare(text, end);
  if (start === end) return null;
  const opening = quoteBefore(text, start);
  return { candidates: bareNames(text, start, end), start, quote: '', opening };
}

function quotedName(text: string, end: number, quote: string): NameBefore {
  const mark = quote.replace(/^\\+/, '');
  const from = Math.max(0, end - MAX_NAME);
  const piece = text.slice(from, end);
  const candidates: string[] = [];
  let at = piece.lastIndexOf(mark);
  while (at !== -1 && candidates.length <= MAX_QUOTES) {
    candidates.push(piece.slice(at + mark.length));
    at = at === 0 ? -1 : piece.lastIndexOf(mark, at - 1);
  }
  const start = end - (candidates[0] ?? '').length;
  // Without an opening quote, only the end of this text is the name.
  candidates.push(...bareNames(text, startOfBare(text, end), end));
  return { candidates, start, quote, opening: '' };
}

function bareNames(text: string, start: number, end: number): string[] {
  if (start === end) return [];
  const whole = text.slice(start, end);
  const last = LAST_PART.exec(whole)?.[1] ?? whole;
  // The letter of `\n` does not belong to the name after it.
  if (text[start - 1] === '\\') return [whole, last, whole.slice(1)];
  // A name of two words, as in `API key: x`.
  const before = text[start - 1] === ' ' ? startOfBare(text, start - 1) : start;
  return [whole, last, text.slice(before, end)];
}

/** Returns the start of a name without quotes that ends at a position. */
function startOfBare(text: string, end: number): number {
  const from = Math.max(0, end - MAX_NAME);
  let start = end;
  while (start > from && isOfName(text, start - 1)) start -= 1;
  return start;
}

function isOfName(text: string, at: number): boolean {
  if (text[at] === '\\') return ESCAPE.test(text.slice(at + 1, at + 6));
  return text.charCodeAt(at) > 0xff || NAME[text.charCodeAt(at)] === 1;
}

function quoteBefore(text: string, end: number): string {
  if (QUOTE_ENDS[text.charCodeAt(end - 1)] !== 1) return '';
  return QUOTE_END.exec(text.slice(Math.max(0, end - 37), end))?.[0] ?? '';
}

/** Returns a table of the Latin-1 character codes, with 1 for each that matches. */
function codes(kind: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    kind.test(String.fromCharCode(code)) ? 1 : 0,
  );
}
