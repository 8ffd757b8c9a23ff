/** Functions to read untrusted JSON. A value of an unexpected shape becomes null. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The objects in a list; null if the value is not a list. */
export function objectsOf(value: unknown): JsonObject[] | null {
  if (!Array.isArray(value)) return null;
  return value.map(objectOf).filter((entry) => entry !== null);
}

/** A non-empty string, else null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A finite number from 0 on, else null. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
