/** The schema of a row of the activity, for the OpenAPI document. It follows shared/usage.ts. */
import * as v from 'valibot';
import type {
  ActivityNames,
  ActivityPositions,
  SortedActivity,
  UsualSpeeds,
} from '../../../../shared/activity.ts';
import type { Features } from '../../../../shared/features.ts';
import type { Sampling } from '../../../../shared/sampling.ts';
import { SESSION_SOURCES } from '../../../../shared/sessions.ts';
import { ERROR_KINDS } from '../../../../shared/usage.ts';
import type {
  ActivityRecord,
  Client,
  EnergyParts,
  Rates,
  Timing,
  Usage,
  UsageProvenance,
} from '../../../../shared/usage.ts';
import { api, flag, integer, moment, number, operation, shape, text } from './state-schemas.ts';

const name = v.nullable(text);
const known = v.nullable(number);
const yes = v.nullable(flag);
const provenance = v.nullable(v.picklist(['reported', 'derived', 'estimated']));

/** A count computed from the others. Records do not store it. */
interface WithTotal {
  readonly totalTokens: number | null;
}
const usage = shape<Omit<Usage, 'provenance'> & WithTotal & { provenance: object }>()({
  inputTokens: known,
  cachedInputTokens: known,
  outputTokens: known,
  reasoningTokens: known,
  totalTokens: known,
  provenance: shape<UsageProvenance & { total: UsageProvenance['input'] }>()({
    input: provenance,
    cachedInput: provenance,
    output: provenance,
    reasoning: provenance,
    total: provenance,
  }),
});

const sampling = shape<Sampling>()({
  temperature: known,
  topP: known,
  topK: known,
  minP: known,
  typicalP: known,
  repeatPenalty: known,
  presencePenalty: known,
  frequencyPenalty: known,
  seed: known,
  maxTokens: known,
  contextLength: known,
  stopCount: known,
  reasoningEffort: name,
  reasoningTokens: known,
  responseFormat: name,
  toolCount: known,
});

/** A row of the activity, as the API returns it. */
export const activityRow = shape<Omit<ActivityRecord, 'usage'> & { usage: object }>()({
  id: integer,
  startedAt: moment,
  completedAt: moment,
  upstream: text,
  api,
  operation,
  inference: flag,
  method: text,
  endpoint: text,
  model: name,
  countedModel: v.pipe(
    name,
    v.description(
      'The name that sums by model go by; null too if the server does not know the model',
    ),
  ),
  responseModel: name,
  architecture: name,
  stream: yes,
  status: v.nullable(integer),
  completed: flag,
  finishReason: name,
  error: v.nullable(v.picklist(ERROR_KINDS)),
  usage,
  estimateErrors: v.pipe(
    v.strictObject({ input: known, output: known }),
    v.description('Expected relative errors of estimated counts: 0.08 for ±8 %; null if unknown'),
  ),
  rates: shape<Rates>()({
    promptTokensPerSecond: known,
    outputTokensPerSecond: known,
    provenance: v.strictObject({ prompt: provenance, output: provenance }),
  }),
  timing: shape<Timing>()({
    durationMs: number,
    timeToFirstTokenMs: known,
    timeToFirstTextMs: known,
    queueMs: known,
    loadMs: known,
    prefillMs: known,
    decodeMs: known,
    interTokenP50Ms: known,
    interTokenMaxMs: known,
  }),
  bytesIn: number,
  bytesOut: number,
  contentChunks: known,
  energyJoules: v.pipe(
    known,
    v.description('Joules in the measured part of the time, an estimate; see `energy_parts`'),
  ),
  energyParts: v.pipe(
    v.nullable(
      shape<EnergyParts>()({
        netJoules: known,
        prefillJoules: known,
        decodeJoules: known,
        measuredShare: number,
        hasOtherWork: v.pipe(
          yes,
          v.description('Other programs used the GPUs in that time; null if unknown'),
        ),
      }),
    ),
    v.description('Null without energy, and in rows of earlier versions'),
  ),
  readable: flag,
  refusals: v.pipe(
    v.array(text),
    v.description('Why figures reported by the server were rejected'),
  ),
  meterVersion: v.pipe(
    v.nullable(integer),
    v.description('Version of the rules that made the figures; null for rows from before them'),
  ),
  features: shape<Features>()({
    tools: yes,
    structuredOutput: yes,
    images: yes,
    thinking: yes,
  }),
  sessionId: v.pipe(
    name,
    v.description('The conversation or run of an agent, at most 128 characters; null if unknown'),
  ),
  sessionSource: v.pipe(
    v.nullable(v.picklist(SESSION_SOURCES)),
    v.description('`inferred` if the messages begin with those of an earlier request'),
  ),
  sampling: v.pipe(
    v.nullable(sampling),
    v.description('Parameters that the request gave; null if it gave none'),
  ),
  draftedTokens: v.pipe(
    known,
    v.description('Tokens proposed by speculative decoding; null if the server does not say'),
  ),
  acceptedDraftTokens: known,
  client: shape<Client>()({
    application: name,
    address: name,
    key: name,
    process: v.pipe(
      name,
      v.description('The program on this machine, or its script; null if it was not found'),
    ),
    origin: name,
    tag: name,
    claimsHop: v.pipe(
      flag,
      v.description('It claims to be counted by another Tokwatt, which none that is trusted says'),
    ),
  }),
});

/** Where the rows of a filter are. */
export const activityPositions = shape<ActivityPositions>()({
  rows: v.pipe(integer, v.description('Rows between the requested cursor and `next_cursor`')),
  step: integer,
  cursors: v.pipe(
    v.array(text),
    v.description('The cursor after every `step` rows, for `GET /api/activity`'),
  ),
  nextCursor: v.pipe(name, v.description('Where the next answer continues; null at the end')),
});

/** Rows in the order of a figure. */
export const sortedActivity = shape<Omit<SortedActivity, 'activity'> & { activity: object }>()({
  activity: v.array(activityRow),
  compared: v.pipe(integer, v.description('Exchanges that were compared: the newest ones')),
  isComplete: v.pipe(flag, v.description('False if older exchanges were not compared')),
});

/** What is usual for a model. */
export const usualSpeeds = shape<UsualSpeeds>()({
  outputTokensPerSecond: known,
  promptTokensPerSecond: known,
  exchanges: integer,
});

/** The values of filters. */
export const activityNames = shape<ActivityNames>()({
  model: v.array(text),
  upstream: v.array(text),
  application: v.array(text),
  key: v.array(text),
  process: v.array(text),
  endpoint: v.array(text),
});
