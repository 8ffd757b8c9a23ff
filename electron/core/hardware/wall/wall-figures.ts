/** What a wall meter tells at one moment. Null is unknown, never 0. */
export interface WallFigures {
  readonly powerW: number | null;
  /** Energy since a moment that the meter chooses, joules. */
  readonly counterJoules: number | null;
}

export const JOULES_PER_WH = 3600;
export const JOULES_PER_KWH = 3_600_000;

/** A member of a JSON value; undefined if the value is no object or has no such member. */
export function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** A finite number; null for anything else. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A number or the text of one, with a dot as decimal mark; null for anything else. */
export function numberInText(value: unknown): number | null {
  if (typeof value !== 'string') return numberOf(value);
  return /^\s*-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : null;
}

/** The sum of channels; null if there is none or if one is unknown. */
export function sumOf(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value));
}

/** A value in another unit; null stays null. */
export function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
