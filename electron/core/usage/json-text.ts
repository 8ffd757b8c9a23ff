/**
 * Functions to parse JSON whose bytes were read as one character each, and to access values of
 * unknown shape.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

const NOT_ASCII = /[\x80-\xff]/;

/** A whole string, or a non-finite number, which Python's encoder writes although JSON has none. */
const STRING_OR_NO_NUMBER = /"(?:[^"\\]|\\[^])*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Parses JSON text with one character per UTF-8 byte (latin1). `NaN` and `Infinity` become null.
 * Returns undefined if it is not JSON.
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

/** The member at a path of keys; undefined if there is none. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** The elements of an array; empty for any other value. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A non-empty string, else null. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A model's name. Lone surrogates, which Unicode encodings cannot represent, become U+FFFD. */
export function modelName(value: unknown): string | null {
  return text(value)?.replace(/\p{Surrogate}/gu, '\ufffd') ?? null;
}

/** True for a string, array or object that is not empty. */
export function holdsSomething(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0;
  return isObject(value) && Object.keys(value).length > 0;
}
