import type { Provenance } from '../../../../shared/usage.ts';

/** Two bits each; 0 is null. The order is part of the file's form. */
export const PROVENANCES: readonly (Provenance | null)[] = [
  null,
  'reported',
  'derived',
  'estimated',
];
export const TRUTHS: readonly (boolean | null)[] = [null, false, true];

/** True if two bits of a packed provenance say that the figure is an estimate. */
export function isEstimated(
  packed: number,
  place: 'input' | 'output' | 'promptRate' | 'outputRate',
): boolean {
  const shift = { input: 0, output: 4, promptRate: 8, outputRate: 10 }[place];
  return ((packed >> shift) & 3) === 3;
}

/** A boolean as SQLite stores it. */
export function bit(value: boolean): number {
  return value ? 1 : 0;
}

/** Packs values as two bits each, the first in the lowest. `codes` lists the values by their code. */
export function pack<T>(values: readonly T[], codes: readonly T[]): number {
  return values.reduce(
    (packed, value, place) => packed | (Math.max(0, codes.indexOf(value)) << (place * 2)),
    0,
  );
}

/** The value at a place of a packed number. */
export function unpack<T>(packed: number, place: number, codes: readonly (T | null)[]): T | null {
  return codes[(packed >> (place * 2)) & 3] ?? null;
}
