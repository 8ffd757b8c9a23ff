import type { SqlValue } from './database.ts';

/**
 * Returns null for other types and for numbers that are not finite, because the file may be
 * damaged.
 */
export function asNumber(value: SqlValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Decodes text that was selected with `bytes`. A damaged byte becomes U+FFFD. */
export function asText(value: SqlValue | undefined): string | null {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  }
  return typeof value === 'string' ? value : null;
}

export function asBytes(value: SqlValue | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
