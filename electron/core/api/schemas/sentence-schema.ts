/** The schema of a sentence, for the OpenAPI document. It follows shared/sentences.ts. */
import * as v from 'valibot';
import { SENTENCE_UNITS } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';

const inner = v.pipe(
  v.strictObject({ code: v.string(), params: v.record(v.string(), v.any()) }),
  v.description('A sentence within the sentence'),
);

const value = v.union([
  v.string(),
  v.strictObject({ value: v.number(), unit: v.picklist(SENTENCE_UNITS) }),
  v.strictObject({ text: v.pipe(v.string(), v.description('The code of a text without values')) }),
  inner,
]);

/** A text by its code and values, for other languages. */
export const said: v.GenericSchema<Sentence> = v.pipe(
  v.strictObject({ code: v.string(), params: v.record(v.string(), value) }),
  v.description('The sentence for other languages: its code and values'),
);

/** Null beside a text that has no code: that of another program. */
export const maybeSaid: v.GenericSchema<Sentence | null> = v.nullable(said);
