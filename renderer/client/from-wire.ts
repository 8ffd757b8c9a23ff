/**
 * The shapes of the contract again out of what came over HTTP in snake_case. Only for what `toWire`
 * (shared/wire.ts) made: keys that were camelCase come back as they were.
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

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
