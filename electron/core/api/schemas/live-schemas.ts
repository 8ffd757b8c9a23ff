/** Schemas of exchanges in flight, for the OpenAPI document. They follow shared/live-exchange.ts. */
import * as v from 'valibot';
import { STAGES } from '../../../../shared/live-exchange.ts';
import type {
  LiveExchange,
  LiveProgress,
  PrefillProgress,
  StageStart,
} from '../../../../shared/live-exchange.ts';
import { SESSION_SOURCES } from '../../../../shared/sessions.ts';
import { amount, api, count, flag, moment, operation, shape, text } from './state-schemas.ts';

const stage = v.picklist(STAGES);
const known = v.nullable(amount);
const source = v.picklist(['reported', 'estimated']);

const prefill = shape<PrefillProgress>()({
  fraction: v.pipe(amount, v.maxValue(1)),
  processedTokens: known,
  totalTokens: v.pipe(known, v.description('The prompt without its cached part')),
  provenance: v.pipe(
    source,
    v.description('`reported` by the server, or `estimated` from the usual speed of this model'),
  ),
  totalProvenance: v.nullable(source),
  tokensPerSecond: known,
  remainingMs: v.pipe(
    known,
    v.description('An estimate; null if unknown or if the prompt takes longer than expected'),
  ),
});

const progress = shape<LiveProgress>()({
  stage,
  isStageEstimated: v.pipe(
    flag,
    v.description('The stage follows from the loaded models and the other exchanges'),
  ),
  stages: v.array(shape<StageStart>()({ stage, startedAt: moment })),
  queuePlace: v.pipe(
    v.nullable(count),
    v.description('From 1 on, in the order in which Tokwatt got them; null if not queued'),
  ),
  prefill: v.nullable(prefill),
  outputTokensPerSecond: v.pipe(known, v.description('An estimate')),
  contextTokens: v.pipe(known, v.description('Prompt and output so far, an estimate')),
  contextLength: v.pipe(known, v.description('Of the loaded model')),
});

export const liveExchange = shape<LiveExchange>()({
  id: text,
  startedAt: moment,
  upstream: text,
  api,
  operation,
  endpoint: text,
  model: v.nullable(text),
  countedModel: v.nullable(text),
  application: v.nullable(text),
  sessionId: v.pipe(
    v.nullable(text),
    v.description('Only of inferred sessions; an id that the client gave needs the API token'),
  ),
  sessionSource: v.nullable(v.picklist(SESSION_SOURCES)),
  phase: v.picklist(['waiting', 'generating']),
  inputTokens: known,
  outputTokensSoFar: amount,
  progress,
});
