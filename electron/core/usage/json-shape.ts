/**
 * Describes the wanted parts of a large JSON document. A shape mirrors the document: an object
 * lists the wanted members, an array applies to each element, a leaf says how much to keep.
 */
export type Shape = ObjectShape | ArrayShape | Leaf;

export interface ObjectShape {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, Shape>;
}

export interface ArrayShape {
  readonly kind: 'array';
  readonly element: Shape;
  /** How to read a value in its place that is no array; null if it is not wanted. */
  readonly otherwise: Leaf | null;
}

export interface Leaf {
  readonly kind: 'value' | 'sample' | 'text' | 'visit' | 'digest';
  /** The name under which a visited value or a digest is reported. */
  readonly name: string;
}

/** Keeps the whole value unless it is too large. */
export const VALUE: Leaf = { kind: 'value', name: '' };

/** Keeps a small value, and for a large one a placeholder of the same type that is not empty. */
export const SAMPLE: Leaf = { kind: 'sample', name: '' };

/** Like `SAMPLE`, but keeps the length of a text that is too long (see text-length.ts). */
export const TEXT: Leaf = { kind: 'text', name: '' };

/**
 * Reports the value at once, as a sample, and does not keep it. For members of arrays of any
 * length.
 */
export function visit(name: string): Leaf {
  return { kind: 'visit', name };
}

/**
 * Reports a digest of a text of any length, and keeps nothing of it. Only for text as the client
 * wrote it: the same text with other escapes has another digest. Read by the scanner only.
 */
export function digest(name: string): Leaf {
  return { kind: 'digest', name };
}

export function object(members: Readonly<Record<string, Shape>>): ObjectShape {
  return { kind: 'object', members: new Map(Object.entries(members)) };
}

export function array(element: Shape, otherwise: Leaf | null = null): ArrayShape {
  return { kind: 'array', element, otherwise };
}

/** Receives what a scanner reads. */
export interface ScanSink {
  /**
   * Takes the wanted parts of one top-level object, or of one element of a top-level array. `index`
   * is the element's position, or -1 outside an array.
   */
  value(value: unknown, index: number): void;
  /** Takes a member that the shape only visits, or the digest of one. */
  visit?(name: string, value: unknown): void;
}
