import type { LoadedModel } from './slices.ts';

/** The part of a loaded model in main memory, bytes; 0 if all of it is in GPU memory, null if unknown. */
export function spilledBytes({
  sizeBytes,
  vramBytes,
}: Pick<LoadedModel, 'sizeBytes' | 'vramBytes'>): number | null {
  return sizeBytes === null || vramBytes === null ? null : Math.max(0, sizeBytes - vramBytes);
}
