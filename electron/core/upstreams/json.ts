/** Readers of answers that no one vouches for: what has another shape than hoped for is null. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The objects of a list, or null if it is no list. */
export function objectsOf(value: unknown): JsonObject[] | null {
  if (!Array.isArray(value)) return null;
  return value.map(objectOf).filter((entry) => entry !== null);
}

/** A text that is not empty. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A finite number that is not negative; 0 stays 0. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
