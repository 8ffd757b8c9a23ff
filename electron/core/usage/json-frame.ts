import type { Leaf, Shape } from './json-shape.ts';

/** Most wanted elements that are kept per array. */
export const MAX_ELEMENTS = 1024;

/** An object or array that is being read. */
export interface Frame {
  /** The shape of the members or elements; never a leaf. */
  readonly shape: Shape;
  readonly isArray: boolean;
  /** True for a top-level array, whose elements are delivered one by one. */
  readonly isRootArray: boolean;
  readonly object: Record<string, unknown>;
  readonly array: unknown[];
  key: string;
  count: number;
}

/** Adds a value that has ended. `undefined` stands for a value that is not kept. */
export function keep(frame: Frame, value: unknown, isWanted: boolean): void {
  if (frame.isArray) {
    if (isWorthKeeping(value) && frame.array.length < MAX_ELEMENTS) frame.array.push(value);
  } else if (value !== undefined) frame.object[frame.key] = value;
  // A repeated key replaces the earlier value, even if its new value is not kept.
  else if (isWanted) Reflect.deleteProperty(frame.object, frame.key);
}

/** True for a shape without members or elements. */
function isLeaf(shape: Shape | null): shape is Leaf {
  return shape !== null && shape.kind !== 'object' && shape.kind !== 'array';
}

/**
 * How to record a value that is opened neither as an object nor as an array; null if it is not
 * recorded.
 */
export function leafOf(shape: Shape | null, digests: boolean): Leaf | null {
  const leaf = shape?.kind === 'array' ? shape.otherwise : isLeaf(shape) ? shape : null;
  return leaf?.kind === 'digest' && !digests ? null : leaf;
}

/** True for a value that is reported at once and not kept. */
export function isReported({ kind }: Leaf): boolean {
  return kind === 'visit' || kind === 'digest';
}

/** The shape of an array's elements. */
export function elementOf(shape: Shape): Shape | null {
  return shape.kind === 'array' ? shape.element : null;
}

/** True if an element of an array is worth keeping. */
export function isWorthKeeping(value: unknown): boolean {
  if (value === undefined) return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}
