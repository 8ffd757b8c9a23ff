import type { ModelFit, ModelShape } from '../../../shared/models-view.ts';

/** Keys and values are stored as 16-bit floats unless the server is told otherwise. */
const BYTES_PER_ELEMENT = 2;

export interface FitFacts {
  /** Size on disk, bytes. */
  readonly sizeBytes: number | null;
  readonly shape: ModelShape | null;
  /** Memory of the GPUs that the server can use, bytes. */
  readonly deviceBytes: number | null;
}

/**
 * Estimates the memory of a model with its whole context, for one conversation at a time:
 *
 *     weights + context × heads of all layers × (key length + value length) × 2 bytes
 *
 * The second part is the size of llama.cpp's KV cache: per layer, a tensor of keys and one of values
 * with `n_head_kv × n_embd_head` elements a token (src/llama-kv-cache.cpp), of type f16 by default.
 * Layers with a sliding window need less, so it is an upper limit for them. Returns what is missing
 * as half a sentence if something is unknown.
 */
export function fitOf({ sizeBytes, shape, deviceBytes }: FitFacts): ModelFit | string {
  if (shape === null) return 'no server tells its architecture';
  if (shape.unusual !== null) return shape.unusual;
  const { kvHeads, keyLength, valueLength, contextMaximum } = shape;
  if (sizeBytes === null) return 'its size is unknown';
  if (contextMaximum === null || contextMaximum === 0) return 'its longest context is unknown';
  if (kvHeads === null || keyLength === null || valueLength === null) {
    return 'its layers or heads are unknown';
  }
  const bytesPerToken = kvHeads * (keyLength + valueLength) * BYTES_PER_ELEMENT;
  const contextBytes = bytesPerToken * contextMaximum;
  const neededBytes = sizeBytes + contextBytes;
  const room = deviceBytes === null ? null : Math.max(0, deviceBytes - sizeBytes);
  const longest = room === null || bytesPerToken === 0 ? null : Math.floor(room / bytesPerToken);
  return {
    ...{ weightsBytes: sizeBytes, bytesPerToken, contextMaximum, contextBytes, neededBytes },
    deviceBytes,
    fits: deviceBytes === null ? null : neededBytes <= deviceBytes,
    largestContext: longest === null ? null : Math.min(longest, contextMaximum),
  };
}
