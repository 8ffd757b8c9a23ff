/** Secrets that are recognised by their form, without a name before them. */

const BOUNDARY = String.raw`(?<=(?:^|[^\w-]|\\[nrt])`;
/**
 * Keys of well-known services, JSON Web Tokens, and tokens after `Bearer`. A cut key is at the end.
 */
const TOKENS = [
  // In prose, the word after "bearer" is shorter and has no digits.
  String.raw`(?:[Bb]earer|BEARER)(?:\s|%20|\+)+(?:[\w.~+/=-]{20,}|(?=[a-zA-Z._~+/=-]*\d)[\w.~+/=-]{8,}|[\w.~+/=-]+$)`,
  String.raw`sk-${BOUNDARY}sk-)(?:[\w-]{16,}|[\w-]+$)`,
  String.raw`[sr]k_(?:live|test)_(?:\w{16,}|\w+$)`,
  String.raw`(?:gsk|hf|gh[pousr])_(?:[A-Za-z\d]{30,}|[A-Za-z\d]+$)`,
  String.raw`github_pat_(?:\w{22,}|\w+$)`,
  String.raw`(?:xai|pplx)-(?:[A-Za-z\d]{20,}|[A-Za-z\d]+$)`,
  String.raw`(?:nvapi|glpat|xox[abeoprs])-(?:[\w-]{16,}|[\w-]+$)`,
  String.raw`AIza${BOUNDARY}AIza)[\w-]{30,}`,
  String.raw`eyJ${BOUNDARY}eyJ)[\w-]{8,2000}\.eyJ[\w-]*(?:\.[\w-]*)?`,
];
const TOKEN = new RegExp(TOKENS.join('|'), 'g');
const SCHEME = /^bearer(?:\s|%20|\+)+/i;
/** The password of a URL: `https://user:password@host`. */
const URL_PASSWORD = /(?<=:\/\/[^\s/"'\\<>@?#&:]{0,256}:)[^\s/"'\\<>@?#]{1,512}(?=@)/g;
const KEY_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;
const KEY_END = '-----END';

/** Hides these secrets in a text that was read as Latin-1. */
export function hideForms(text: string, by: string): string {
  const tokens = text.replace(TOKEN, (found) => `${SCHEME.exec(found)?.[0] ?? ''}${by}`);
  return hidePrivateKeys(tokens.replace(URL_PASSWORD, by), by);
}

/**
 * Hides the lines of a PEM key between its first and last line, or all that follows if it is cut.
 */
function hidePrivateKeys(text: string, by: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { 0: line, index } of text.matchAll(KEY_BEGIN)) {
    const begin = index + line.length;
    if (begin < from) continue;
    const end = text.indexOf(KEY_END, begin);
    pieces.push(text.slice(from, begin), by);
    from = end === -1 ? text.length : end;
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(from);
}
