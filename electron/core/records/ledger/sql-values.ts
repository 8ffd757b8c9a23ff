import type { SqlValue } from './database.ts';

/** Null for what is no number, or none that can be reckoned with: the file may be damaged. */
export function asNumber(value: SqlValue | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Text as it was selected by `bytes`; a damaged byte shows as U+FFFD. */
export function asText(value: SqlValue | undefined): string | null {
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  }
  return typeof value === 'string' ? value : null;
}

export function asBytes(value: SqlValue | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
