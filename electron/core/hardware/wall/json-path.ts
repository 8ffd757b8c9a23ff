import { numberInText, times } from './wall-figures.ts';

const WATTS = { W: 1, kW: 1000 } as const;

/**
 * The power in watts at a path such as `a.b[0].c` in a JSON answer. The value may be a number or the
 * text of one. Null if the path leads to nothing or to anything else.
 */
export function powerAtPath(
  answer: unknown,
  path: string,
  unit: keyof typeof WATTS,
): number | null {
  return times(numberInText(valueAt(answer, path)), WATTS[unit]);
}

/** The value at a path; undefined if there is none. */
function valueAt(answer: unknown, path: string): unknown {
  let value = answer;
  for (const [, name, index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    const key = name ?? index;
    if (key === undefined || typeof value !== 'object' || value === null) return undefined;
    if (index !== undefined && !Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}
