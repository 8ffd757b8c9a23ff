/** Reading JSON whose bytes were taken as one character each, and values of unknown shape. */

export type JsonObject = Readonly<Record<string, unknown>>;

const NOT_ASCII = /[\x80-\xff]/;

/** A string as a whole, or a number that JSON does not know and Python's encoder writes. */
const STRING_OR_NO_NUMBER = /"(?:[^"\\]|\\[^])*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Parses JSON text that holds one character per UTF-8 byte (latin1). `NaN` and `Infinity` become
 * null. Undefined if it is not JSON.
 */
export function parseJson(latin1: string): unknown {
  const text = NOT_ASCII.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1;
  const value = tryParse(text);
  if (value !== undefined || !/NaN|Infinity/.test(text)) return value;
  return tryParse(withoutNaN(text));
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function withoutNaN(text: string): string {
  return text.replace(STRING_OR_NO_NUMBER, (found) => (found.startsWith('"') ? found : 'null'));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member at a path of keys; undefined where there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** The elements of an array; none for anything else. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A string with at least one character, else null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A model's name; U+FFFD stands for lone surrogates, which no encoding of Unicode can carry. */
export function modelName(value: unknown): string | null {
  return text(value)?.replace(/\p{Surrogate}/gu, '\ufffd') ?? null;
}

/** True for a string, array or object that holds something. */
export function holdsSomething(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isObject(value) && Object.keys(value).length > 0;
}
