/** Schemas of downloads, for the OpenAPI document. They follow shared/model-pulls.ts. */
import * as v from 'valibot';
import { PULL_STATUSES } from '../../../../shared/model-pulls.ts';
import type { ModelPull } from '../../../../shared/model-pulls.ts';
import { maybeSaid } from './sentence-schema.ts';
import { amount, moment, shape, text } from './state-schemas.ts';

const bytes = (about: string) => v.pipe(v.nullable(amount), v.description(about));

export const modelPull = shape<ModelPull>()({
  id: text,
  upstream: text,
  model: text,
  status: v.pipe(
    v.picklist(PULL_STATUSES),
    v.description('`interrupted`: Tokwatt ended while it ran'),
  ),
  words: v.pipe(v.nullable(text), v.description('The server’s last words')),
  completedBytes: bytes('Of the layers that the server has named so far'),
  totalBytes: bytes('Of the same layers'),
  bytesPerSecond: v.pipe(v.nullable(amount), v.description('Over the last five seconds')),
  secondsLeft: v.nullable(amount),
  startedAt: moment,
  endedAt: v.nullable(moment),
  error: v.nullable(text),
  errorSentence: maybeSaid,
});
