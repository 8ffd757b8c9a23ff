/** Schemas of the ledger's answers, for the OpenAPI document. */
import * as v from 'valibot';
import { ERROR_KINDS } from '../../../../shared/usage.ts';
import type {
  ActivityRecord,
  Client,
  Features,
  Rates,
  Timing,
  Usage,
  UsageProvenance,
} from '../../../../shared/usage.ts';
import type {
  Distribution,
  GpuPoint,
  Holding,
  StorageSummary,
  Percentiles,
  RollupRow,
  Series,
  SeriesPoint,
  Sums,
  TopRow,
} from '../../records/ledger/query-schemas.ts';
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
  energyJoules: known,
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
  client: shape<Client>()({
    application: name,
    address: name,
    key: name,
    origin: name,
    tag: name,
    claimsHop: v.pipe(
      flag,
      v.description('It claims to be counted by another Tokwatt, which none that is trusted says'),
    ),
  }),
});

export const distribution = shape<Distribution>()({
  count: integer,
  mean: known,
  p50: known,
  p95: known,
  p99: known,
});

/** What a point of a chart and a row of sums have in common. */
const sumEntries = {
  requests: integer,
  errors: integer,
  inputTokens: number,
  cachedInputTokens: number,
  outputTokens: number,
  reasoningTokens: number,
  estimatedTokens: number,
  energyJoules: known,
};

const seriesPoint = shape<SeriesPoint>()({
  at: moment,
  name,
  ...sumEntries,
  latencyMs: distribution,
  timeToFirstTokenMs: distribution,
  outputTokensPerSecond: distribution,
  inFlightPeak: known,
});
export const series = shape<Series>()({
  bucketMs: integer,
  hourlyBefore: moment,
  points: v.array(seriesPoint),
});

export const percentiles = shape<Percentiles>()({
  latencyMs: distribution,
  timeToFirstTokenMs: distribution,
  outputTokensPerSecond: distribution,
  method: v.picklist(['rows', 'sketch']),
  from: v.nullable(moment),
  to: v.nullable(moment),
});

const sums = shape<Sums>()({
  ...sumEntries,
  otherRequests: integer,
  unmeteredRequests: integer,
  outputTokensPerSecond: known,
  durationMs: number,
  bytesIn: number,
  bytesOut: number,
});
export const rollupRow = shape<RollupRow>()({
  day: v.pipe(text, v.isoDate()),
  model: name,
  upstream: name,
  application: name,
  key: name,
  operation: name,
  ...sums.entries,
});
export const topRow = shape<TopRow>()({ name, ...sums.entries });

export const gpuPoint = shape<GpuPoint>()({
  at: moment,
  index: integer,
  id: name,
  name: text,
  utilizationPercent: known,
  utilizationMax: known,
  memoryUsedBytes: known,
  memoryUsedMax: known,
  memoryTotalBytes: known,
  temperatureC: known,
  temperatureMax: known,
  powerW: known,
  powerMax: known,
  powerLimitW: known,
});

const holding = shape<Holding>()({
  rows: integer,
  bytes: number,
  oldest: v.nullable(moment),
  newest: v.nullable(moment),
});
export const storageSummary = shape<StorageSummary>()({
  fileBytes: number,
  freeBytes: number,
  activity: holding,
  series: holding,
  rollups: holding,
  gpuSamples: holding,
  captures: holding,
});

const message = v.strictObject({
  headers: v.array(v.array(text)),
  body: text,
  encoding: v.pipe(v.picklist(['utf-8', 'base64']), v.description('How `body` is to be read')),
  bodyBytes: number,
  truncated: flag,
});
export const capture = v.strictObject({
  id: integer,
  at: moment,
  request: message,
  response: message,
});
