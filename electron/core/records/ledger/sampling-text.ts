import { NO_SAMPLING } from '../../../../shared/sampling.ts';
import type { Sampling } from '../../../../shared/sampling.ts';
import { snakeCase } from '../../../../shared/wire.ts';

type Value = Sampling[keyof Sampling];

const NAMES = Object.keys(NO_SAMPLING) as readonly (keyof Sampling)[];
const WORDS: ReadonlySet<keyof Sampling> = new Set(['reasoningEffort', 'responseFormat']);

/** The parameters that were given as compact JSON, with the names of the API. */
export function samplingText(sampling: Sampling): string {
  const given = NAMES.flatMap((name) => {
    const value = sampling[name];
    return value === null ? [] : [[snakeCase(name), value] as const];
  });
  return JSON.stringify(Object.fromEntries(given));
}

/** The inverse of {@link samplingText}. Null if there are none. Damaged values are unknown. */
export function samplingFromText(text: string | null): Sampling | null {
  const given = parsed(text);
  if (given === null) return null;
  const values = NAMES.map((name): [string, Value] => [
    name,
    valueOf(name, given[snakeCase(name)]),
  ]);
  if (values.every(([, value]) => value === null)) return null;
  return Object.fromEntries(values) as unknown as Sampling;
}

function valueOf(name: keyof Sampling, value: unknown): Value {
  return typeof value === (WORDS.has(name) ? 'string' : 'number') ? (value as Value) : null;
}

function parsed(text: string | null): Readonly<Record<string, unknown>> | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
