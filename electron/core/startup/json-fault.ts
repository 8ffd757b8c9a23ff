/** The tokens that may come next, as named in the message. */
const EXPECTED = {
  value: 'a value',
  item: 'a value or "]"',
  firstName: 'a double-quoted property name or "}"',
  name: 'a double-quoted property name',
  colon: '":" after the property name',
  more: '"," or the closing bracket',
  end: 'nothing more',
} as const;
type Expected = keyof typeof EXPECTED;

const TOKEN =
  /[{}[\]:,]|"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/sy;
const SPACE = /[ \t\n\r]*/y;

/**
 * Explains why a text is not a JSON object, with line and column (both from 1); null if it is one.
 * The engine's own messages differ between versions and quote the text, which may hold secrets.
 * These never quote it.
 */
export function jsonObjectFault(text: string): string | null {
  if (text.trim() === '') return 'it is empty';
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? null : 'it is JSON, but no object in {…}';
  } catch {
    return syntaxFault(text);
  }
}

function syntaxFault(text: string): string {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, text, at)?.length ?? 0;
    if (at === text.length) return `it ends too early, at ${place(text, at)}`;
    const token = matchAt(TOKEN, text, at);
    if (token?.startsWith('"') === true && !isString(token)) {
      return `a string that is not well formed begins at ${place(text, at)}`;
    }
    const next: Expected | null = token === null ? null : after(token, expected, open);
    if (token === null || next === null) {
      return `expected ${EXPECTED[expected]} at ${place(text, at)}`;
    }
    expected = next;
    at += token.length;
  }
}

/**
 * What may follow a token; null if the token is not allowed here. `open` holds the open brackets.
 */
function after(token: string, expected: Expected, open: string[]): Expected | null {
  const closed = (): Expected => (open.length === 0 ? 'end' : 'more');
  const isClosing = token === (open.at(-1) === '{' ? '}' : ']');
  if (isClosing && ['item', 'firstName', 'more'].includes(expected)) {
    open.pop();
    return closed();
  }
  if (expected === 'value' || expected === 'item') {
    if (/^[}\]:,]/.test(token)) return null;
    if (token !== '{' && token !== '[') return closed();
    open.push(token);
    return token === '{' ? 'firstName' : 'item';
  }
  if (expected === 'name' || expected === 'firstName')
    return token.startsWith('"') ? 'colon' : null;
  if (expected === 'colon') return token === ':' ? 'value' : null;
  if (expected === 'more' && token === ',') return open.at(-1) === '{' ? 'name' : 'value';
  return null;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** Leaves invalid escapes and control characters to the engine's parser. */
function isString(token: string): boolean {
  try {
    JSON.parse(token);
    return true;
  } catch {
    return false;
  }
}

function place(text: string, at: number): string {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return `line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
