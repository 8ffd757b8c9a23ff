/** Values in the JSON output of tools, of which nothing is certain. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value of a text; null if it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An object; null for anything else, lists included. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The objects in a list; none if it is no list. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((each) => each !== null) : [];
}

/** A whole number that is not negative; null for anything else. */
export function asCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

/** A text that says something; null for anything else, such as `N/A`. */
export function asText(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' || /^n\/?a$/i.test(text) ? null : text;
}
