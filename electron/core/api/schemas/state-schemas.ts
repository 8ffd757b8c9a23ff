/** Schemas of the current state, for the OpenAPI document. They follow shared/snapshot.ts. */
import * as v from 'valibot';
import type { Efficiency } from '../../../../shared/efficiency.ts';
import type { EnergySums } from '../../../../shared/energy-sums.ts';
import type { ModelTally, Tally } from '../../../../shared/tally.ts';
import type {
  DiscoveredServer,
  LedgerHealth,
  LoadedModel,
  Throughput,
  UpstreamState,
} from '../../../../shared/slices.ts';
import { APIS, OPERATIONS } from '../../../../shared/usage.ts';
import { maybeSaid } from './sentence-schema.ts';

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

const sum = (about: string) => v.pipe(v.nullable(amount), v.description(about));

/** The sums of the parts of energy. */
export const energySumEntries: Members<EnergySums> & v.ObjectEntries = {
  energyNetJoules: sum('Energy without idle power of the exchanges for which it is known'),
  ratedJoules: sum('Energy of rated exchanges: at least 90 % measured, with known output'),
  ratedOutputTokens: sum('Output of the same exchanges'),
  ratedNetJoules: sum('Energy without idle power of the rated exchanges for which it is known'),
  ratedNetOutputTokens: sum('Output of the same exchanges'),
  ratedPrefillJoules: sum('Energy until the first content, of rated streams'),
  ratedPromptTokens: sum('Evaluated prompt tokens of the same exchanges'),
  ratedDecodeJoules: sum('Energy after the first content, of rated streams'),
  ratedDecodeTokens: sum('Output of the same exchanges, without the first token'),
};

/** The ratios of these sums. */
export const efficiency = shape<Efficiency>()({
  joulesPerOutputToken: v.nullable(amount),
  netJoulesPerOutputToken: v.nullable(amount),
  joulesPerPromptToken: v.nullable(amount),
  joulesPerGeneratedToken: v.nullable(amount),
  wattHoursPerThousandOutputTokens: v.nullable(amount),
  outputTokensPerJoule: v.nullable(amount),
});

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
  ...energySumEntries,
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
  noteSentence: maybeSaid,
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
  messageSentence: maybeSaid,
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
