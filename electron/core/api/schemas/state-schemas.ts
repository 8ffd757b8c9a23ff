/** Schemas of the current state, for the OpenAPI document. They follow shared/snapshot.ts. */
import * as v from 'valibot';
import type { ModelTally, Tally } from '../../../../shared/tally.ts';
import type {
  DiscoveredServer,
  LedgerHealth,
  LoadedModel,
  Throughput,
  UpstreamState,
} from '../../../../shared/slices.ts';
import { APIS, OPERATIONS } from '../../../../shared/usage.ts';
import type { LiveExchange } from '../../../../shared/live-exchange.ts';

export const text = v.string();
export const flag = v.boolean();
export const number = v.number();
export const integer = v.pipe(v.number(), v.integer());
/** Unix milliseconds. */
export const moment = v.pipe(integer, v.description('Unix milliseconds'));
/** An ISO 8601 timestamp. */
export const timestamp = v.pipe(v.string(), v.isoTimestamp());
export const amount = v.pipe(v.number(), v.minValue(0));
export const count = v.pipe(integer, v.minValue(0));

type Members<T> = { readonly [K in keyof T]-?: v.GenericSchema<T[K]> };

/** A schema with exactly the members of a type. If one is missing, it does not compile. */
export function shape<T extends object>() {
  return <Entries extends Members<T> & v.ObjectEntries>(
    entries: Entries,
  ): v.StrictObjectSchema<Entries, undefined> => v.strictObject(entries);
}

const tallyEntries = {
  requests: count,
  errors: count,
  inputTokens: amount,
  cachedInputTokens: amount,
  outputTokens: amount,
  reasoningTokens: amount,
  estimatedTokens: amount,
  unmeteredRequests: count,
  energyJoules: v.nullable(amount),
};
export const tally = shape<Tally>()(tallyEntries);

/** The sums of one line, without the line's name. */
export const lineEntries = {
  ...tallyEntries,
  outputTokensPerSecond: v.nullable(amount),
  lastUsedAt: moment,
};
export const modelSums = shape<Omit<ModelTally, 'model'>>()(lineEntries);

export const upstream = shape<UpstreamState>()({
  name: text,
  targetUrl: text,
  proxyUrl: text,
  kind: v.nullable(text),
  label: v.nullable(text),
  health: v.picklist(['unknown', 'up', 'down']),
  note: v.nullable(text),
  keyStorage: v.nullable(v.picklist(['keychain', 'file'])),
});

export const loadedModel = shape<LoadedModel>()({
  upstream: text,
  name: text,
  state: v.picklist(['loading', 'loaded', 'sleeping']),
  sizeBytes: v.nullable(amount),
  vramBytes: v.nullable(amount),
  contextLength: v.nullable(amount),
  parameterSize: v.nullable(text),
  quantization: v.nullable(text),
  expiresAt: v.nullable(number),
});

export const discovered = shape<DiscoveredServer>()({ url: text, kind: text, label: text });

export const ledgerHealth = shape<LedgerHealth>()({
  status: v.picklist(['opening', 'ok', 'degraded']),
  message: v.nullable(text),
  waiting: count,
  dropped: count,
});

const speeds = v.array(number);
export const throughput = shape<Throughput>()({
  outputTokensPerSecond: number,
  inputTokensPerSecond: number,
  windowMs: amount,
  series: shape<Throughput['series']>()({
    endAt: moment,
    stepMs: amount,
    outputTokensPerSecond: speeds,
    inputTokensPerSecond: speeds,
  }),
});

export const api = v.picklist(APIS);
export const operation = v.picklist(OPERATIONS);

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
  phase: v.picklist(['waiting', 'generating']),
  inputTokens: v.nullable(amount),
  outputTokensSoFar: amount,
});
