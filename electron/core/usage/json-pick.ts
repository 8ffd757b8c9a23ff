/** Picks the wanted parts (see json-shape.ts) out of a parsed document. */
import { MAX_ELEMENTS, isWorthKeeping } from './json-frame.ts';
import { MAX_SAMPLE } from './json-recorder.ts';
import type { Shape } from './json-shape.ts';
import { isObject } from './json-text.ts';
import { MeasuredText } from './text-length.ts';

/**
 * Called for each member that the shape only visits. Of repeated names, only the last is reported.
 */
export type Visit = (name: string, value: unknown) => void;

/** The wanted parts of a value, as the scanner would keep them; undefined if there are none. */
export function pick(value: unknown, shape: Shape, visit: Visit): unknown {
  switch (shape.kind) {
    case 'value':
      return value;
    case 'sample':
      return sample(value);
    case 'text':
      return isLongText(value) ? new MeasuredText(value.length) : sample(value);
    case 'visit':
      visit(shape.name, sample(value));
      return undefined;
    case 'digest':
      // The bytes are gone. Bodies with digests are not parsed at once.
      return undefined;
    case 'array': {
      if (!Array.isArray(value))
        return shape.otherwise === null ? undefined : pick(value, shape.otherwise, visit);
      const kept = value
        .map((element: unknown) => pick(element, shape.element, visit))
        .filter(isWorthKeeping);
      // An array without wanted elements must still be recognizable as not empty.
      return value.length > 0 && kept.length === 0 ? [null] : kept.slice(0, MAX_ELEMENTS);
    }
    case 'object': {
      if (!isObject(value)) return undefined;
      const kept: Record<string, unknown> = {};
      for (const [key, member] of shape.members) {
        const part = Object.hasOwn(value, key) ? pick(value[key], member, visit) : undefined;
        if (part !== undefined) kept[key] = part;
      }
      return kept;
    }
  }
}

function isLongText(value: unknown): value is string {
  return typeof value === 'string' && value.length + 2 > MAX_SAMPLE;
}

/** Returns a small value itself, and for a large one the same placeholder as the scanner. */
function sample(value: unknown): unknown {
  if (typeof value === 'string') return isLongText(value) ? '\u2026' : value;
  if (typeof value !== 'object' || value === null) return value;
  if (JSON.stringify(value).length <= MAX_SAMPLE) return value;
  return Array.isArray(value) ? [null] : { '\u2026': null };
}
