/** Returns the index of the closing quote; -1 if there is none. */
export function closingQuote(text: string, from: number, quote: string): number {
  let at = text.indexOf(quote, from);
  // A quote with more backslashes is inside the value, unless the backslashes are escaped pairs.
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

/** Returns what a sticky pattern matches at an index; an empty text if nothing. */
export function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** Returns the end of what a sticky pattern matches at an index. */
export function endOf(pattern: RegExp, text: string, at: number): number {
  return at + matchAt(pattern, text, at).length;
}
