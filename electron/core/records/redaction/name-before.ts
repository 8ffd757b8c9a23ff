/** What may be a name, in front of a `:` or `=`. */
export interface NameBefore {
  /** The name as it stands in the text, in each way that it can be read. */
  readonly candidates: readonly string[];
  /** Where the first candidate begins. */
  readonly start: number;
  /** The quote behind the name with the backslashes in front of it; empty where there is none. */
  readonly quote: string;
  /** The quote before a name that has none behind it; empty where there is none. */
  readonly opening: string;
}

/** Longer names are not looked at in full. */
const MAX_NAME = 128;
/** Quotes inside a name that are looked past. */
const MAX_QUOTES = 4;
/** A quote as text, JSON inside JSON strings, URLs and HTML write it; the latter with a space behind. */
const QUOTE_END = /(?:\\{0,31}["'`]|\\{1,31}u002[27]|(?:%2[27]|&quot;|&#3[49];)(?:\+|%20)?)$/i;
const QUOTE_ENDS = codes(/["'`27;+0]/);
const ESCAPE = /^u[\da-f]{4}/i;
/** As in `**password**:`, `password ?= x`, `headers["cookie"] = x` and `user[password]=x`. */
const BEHIND_NAME = codes(/[\s*?+|\]]/);
/** Of names without quotes; `%` begins an escape of URLs. */
const NAME = codes(/[\w.$@%\x80-\xff-]/);
/** What is behind the last dot or encoded quote of a name. */
const LAST_PART = /(?:\.|%2[27])([^.%]+)$/i;

/** Reads the name that ends before a mark, quoted or bare. Null where there is none. */
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
  // The opening quote may be missing: then the name is only the end of what was read.
  candidates.push(...bareNames(text, startOfBare(text, end), end));
  return { candidates, start, quote, opening: '' };
}

function bareNames(text: string, start: number, end: number): string[] {
  if (start === end) return [];
  const whole = text.slice(start, end);
  const last = LAST_PART.exec(whole)?.[1] ?? whole;
  // The letter of `\n` is no part of the name behind it.
  if (text[start - 1] === '\\') return [whole, last, whole.slice(1)];
  // As in `API key: x`.
  const before = text[start - 1] === ' ' ? startOfBare(text, start - 1) : start;
  return [whole, last, text.slice(before, end)];
}

/** Where a name without quotes begins that ends before a position. */
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

/** One for each character code of Latin-1: whether it is of a kind. */
function codes(kind: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    kind.test(String.fromCharCode(code)) ? 1 : 0,
  );
}
