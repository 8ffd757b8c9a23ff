import * as v from 'valibot';
import { SENTENCE_UNITS } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';

const sentence: v.GenericSchema<Sentence> = v.object({
  code: v.string(),
  params: v.record(
    v.string(),
    v.union([
      v.string(),
      v.object({ value: v.number(), unit: v.picklist(SENTENCE_UNITS) }),
      v.object({ text: v.string() }),
      v.lazy(() => sentence),
    ]),
  ),
});

/** A stored sentence. Earlier versions stored none, and a later one may have other values. */
export const storedSentence = v.fallback(v.nullable(sentence), null);
