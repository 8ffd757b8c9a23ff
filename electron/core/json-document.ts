/** A small JSON document on disk. Read it once, keep the value in memory, and write it rarely. */
export interface JsonDocument {
  /** Returns the whole document; an empty object if there is none. */
  read(): Record<string, unknown>;
  /** Replaces the whole document atomically. Throws a system error on failure. */
  write(value: Record<string, unknown>): void;
}

/**
 * True if both documents have the same members in the same order. Compares them as JSON, because
 * conf's objects have no prototype.
 */
export function sameDocument(
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
