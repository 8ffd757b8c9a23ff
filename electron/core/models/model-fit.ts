import type { ModelFit, ModelShape } from '../../../shared/models-view.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';

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
export function fitOf({ sizeBytes, shape, deviceBytes }: FitFacts): ModelFit | Sentence {
  if (shape === null) return sentence('fit_no_architecture');
  if (shape.unusualSentence !== null) return shape.unusualSentence;
  const { contextMaximum } = shape;
  if (sizeBytes === null) return sentence('fit_no_size');
  if (contextMaximum === null || contextMaximum === 0) return sentence('fit_no_context');
  const bytesPerToken = contextBytesPerToken(shape);
  if (bytesPerToken === null) return sentence('fit_no_heads');
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

/** The memory of one token in the context, bytes; null if it is unknown or no such sum. */
export function contextBytesPerToken(shape: ModelShape): number | null {
  const { kvHeads, keyLength, valueLength, unusual } = shape;
  if (unusual !== null || kvHeads === null || keyLength === null || valueLength === null)
    return null;
  return kvHeads * (keyLength + valueLength) * BYTES_PER_ELEMENT;
}
