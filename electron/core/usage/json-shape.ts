/**
 * Which parts of a large JSON document are wanted. A shape mirrors the document: objects name
 * the wanted members, an array shape applies to each element, leaves say how much to keep.
 */
export type Shape = ObjectShape | ArrayShape | Leaf;

export interface ObjectShape {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, Shape>;
}

export interface ArrayShape {
  readonly kind: 'array';
  readonly element: Shape;
}

export interface Leaf {
  readonly kind: 'value' | 'sample' | 'text' | 'visit';
  /** What a visited value is reported as. */
  readonly name: string;
}

/** The whole value, if it is not too large to keep. */
export const VALUE: Leaf = { kind: 'value', name: '' };

/** The value if it is small, else a stand-in of the same type that is not empty. */
export const SAMPLE: Leaf = { kind: 'sample', name: '' };

/** As a sample, but of a text that is too long to keep its length is (see text-length.ts). */
export const TEXT: Leaf = { kind: 'text', name: '' };

/** Reported when it is met, as a sample, and not kept: for members of arrays of any length. */
export function visit(name: string): Leaf {
  return { kind: 'visit', name };
}

export function object(members: Readonly<Record<string, Shape>>): ObjectShape {
  return { kind: 'object', members: new Map(Object.entries(members)) };
}

export function array(element: Shape): ArrayShape {
  return { kind: 'array', element };
}
