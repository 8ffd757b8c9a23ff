/** Conversion between records in the program (camelCase) and over HTTP (snake_case). */

type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${Snake<Tail>}`
    : `_${Lowercase<Head>}${Snake<Tail>}`
  : S;

/** The type of {@link toWire}'s result. */
export type Wire<T> = T extends readonly (infer Item)[]
  ? Wire<Item>[]
  : T extends object
    ? { [K in keyof T as K extends string ? Snake<K> : never]: Wire<T[K]> }
    : T;

/**
 * Converts the keys of plain data to snake_case at all levels. Use it only for records with fixed
 * keys: in a map keyed by names, such as models, it would change the names.
 */
export function toWire<T>(value: T): Wire<T> {
  return convert(value) as Wire<T>;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  return renamed(value, snakeCase, convert);
}

/**
 * The inverse of {@link toWire}: converts keys to camelCase at all levels. The same limit applies
 * to maps keyed by names.
 */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== 'object' || value === null) return value;
  return renamed(value, camelCase, fromWire);
}

function renamed(
  value: object,
  nameOf: (key: string) => string,
  convertValue: (value: unknown) => unknown,
): object {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    // No prototype is set by an answer, whatever its keys are.
    if (key === '__proto__') continue;
    result[nameOf(key)] = convertValue(Reflect.get(value, key));
  }
  return result;
}

/** Records have fixed keys, so each is converted once. The limit is for other data. */
const MOST_KNOWN = 5_000;

function remembered(convertKey: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const converted = convertKey(key);
    if (known.size < MOST_KNOWN) known.set(key, converted);
    return converted;
  };
}

/** Converts a name to its wire form: `inputTokens` becomes `input_tokens`. */
export const snakeCase = remembered((key) =>
  key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

/** Converts a wire name to the program's form. */
export const camelCase = remembered((key) =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
);
