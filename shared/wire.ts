/** How records look over HTTP: the same shapes with snake_case keys. */

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
 * Turns the keys of plain data into snake_case, all the way down. Only for records with fixed
 * keys: a map keyed by names (of models, say) would have its names changed too.
 */
export function toWire<T>(value: T): Wire<T> {
  return convert(value) as Wire<T>;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snakeCase(key), convert(inner)]),
  );
}

/**
 * The inverse: what {@link toWire} made gets its keys back as they were, all the way down. As there,
 * a map keyed by names would have its names changed too.
 */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      camelCase(key),
      fromWire(inner),
    ]),
  );
}

/** A name as it is on the wire: `inputTokens` is `input_tokens`. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A name of the wire as it is in the program. */
export function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
