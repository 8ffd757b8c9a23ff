/** A small JSON document on disk. Read it once, keep the value in memory, write it rarely. */
export interface JsonDocument {
  /** The whole document; an empty object if there is none. */
  read(): Record<string, unknown>;
  /** Replaces the whole document atomically. Throws a system error if it cannot. */
  write(value: Record<string, unknown>): void;
}

/** True for documents with the same members in the same order. conf's objects have no prototype. */
export function sameDocument(
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
