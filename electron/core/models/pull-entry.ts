import * as v from 'valibot';
import { PULL_STATUSES } from '../../../shared/model-pulls.ts';
import type { ModelPull } from '../../../shared/model-pulls.ts';
import { englishOf, sentenceOf } from '../../../shared/sentences.ts';
import type { Message } from '../../../shared/sentences.ts';
import { storedSentence } from '../insights/stored-sentence.ts';
import { modelNameSchema } from './repository-entry.ts';

const moment = v.pipe(v.number(), v.integer(), v.minValue(0));
const bytes = v.nullable(v.pipe(v.number(), v.minValue(0)));

/** A download as it is stored between runs. */
export const storedPullSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  upstream: v.string(),
  model: modelNameSchema,
  insecure: v.boolean(),
  status: v.picklist(PULL_STATUSES),
  words: v.nullable(v.string()),
  completedBytes: bytes,
  totalBytes: bytes,
  startedAt: moment,
  endedAt: v.nullable(moment),
  error: v.nullable(v.string()),
  errorSentence: v.optional(storedSentence, null),
});

export type StoredPull = v.InferOutput<typeof storedPullSchema>;

/**
 * Reads the stored downloads; invalid ones are left out. One that ran when Tokwatt ended is
 * interrupted.
 */
export function readPulls(given: unknown): StoredPull[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((each: unknown) => {
    const result = v.safeParse(storedPullSchema, each);
    if (!result.success) return [];
    const pull = result.output;
    return pull.status === 'running' ? { ...pull, status: 'interrupted' as const } : pull;
  });
}

/** A download without speed, because it does not run. */
export function restingPull(stored: StoredPull): ModelPull {
  const { id, upstream, model, status, words, completedBytes, totalBytes } = stored;
  const { startedAt, endedAt, error, errorSentence } = stored;
  return {
    ...{ id, upstream, model, status, words, completedBytes, totalBytes },
    ...{ bytesPerSecond: null, secondsLeft: null },
    ...{ startedAt, endedAt, error, errorSentence },
  };
}

/** Nothing failed. */
export const NO_ERROR = { error: null, errorSentence: null };

/** Why a download failed; null if it did not. */
export function errorOf(message: Message | null): Pick<StoredPull, 'error' | 'errorSentence'> {
  if (message === null) return NO_ERROR;
  return { error: englishOf(message), errorSentence: sentenceOf(message) };
}
