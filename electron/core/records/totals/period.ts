import * as v from 'valibot';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { REST_OF_MODELS, UNKNOWN_MODEL } from './series.ts';
import { EMPTY_TALLY, count, foldLines, foldTally, lineSchema, tallySchema } from './tally.ts';
import type { Part } from './tally.ts';

/** The dimensions of the totals, and the most names of each before further names share one line. */
export const DIMENSIONS = {
  model: { limit: 200, rest: REST_OF_MODELS },
  endpoint: { limit: 60, rest: 'other endpoints' },
  api: { limit: 10, rest: 'other' },
  architecture: { limit: 60, rest: 'other architectures' },
  upstream: { limit: 60, rest: 'other upstreams' },
  operation: { limit: 20, rest: 'other' },
  client: { limit: 60, rest: 'other clients' },
  key: { limit: 60, rest: 'other keys' },
} as const;

export type Dimension = keyof typeof DIMENSIONS;
const NAMES = Object.keys(DIMENSIONS) as Dimension[];

const featuresSchema = v.object({
  toolCalls: count,
  structuredOutput: count,
  images: count,
  thinking: count,
});

const lines = v.array(lineSchema);

export const periodSchema = v.object({
  all: tallySchema,
  /** Requests without inference. */
  otherRequests: count,
  features: featuresSchema,
  /** Lists and not maps, because a model may be called `__proto__`. */
  by: v.object({
    model: lines,
    endpoint: lines,
    api: lines,
    architecture: lines,
    upstream: lines,
    operation: lines,
    client: lines,
    key: lines,
  }),
});

export type Period = v.InferOutput<typeof periodSchema>;

/** The sums of a period without exchanges. */
export const EMPTY_PERIOD: Period = {
  all: EMPTY_TALLY,
  otherRequests: 0,
  features: { toolCalls: 0, structuredOutput: 0, images: 0, thinking: 0 },
  by: {
    model: [],
    endpoint: [],
    api: [],
    architecture: [],
    upstream: [],
    operation: [],
    client: [],
    key: [],
  },
};

/** Returns the sums of a period with a part of one more record. */
export function foldPeriod(period: Period, record: ActivityRecord, part: Part): Period {
  if (!record.inference) {
    if (part === 'energy') return onlyPeriod(period);
    return { ...onlyPeriod(period), otherRequests: period.otherRequests + 1 };
  }
  const names = namesOf(record);
  const by = { ...period.by };
  for (const dimension of NAMES) {
    const name = names[dimension];
    if (name !== null) {
      by[dimension] = foldLines(by[dimension], name, record, { ...DIMENSIONS[dimension], part });
    }
  }
  return {
    all: foldTally(period.all, record, part),
    otherRequests: period.otherRequests,
    features: part === 'all' ? foldFeatures(period.features, record) : period.features,
    by,
  };
}

function onlyPeriod({ all, otherRequests, features, by }: Period): Period {
  return { all, otherRequests, features, by };
}

/**
 * Returns the record's name in each dimension; null if it is unknown. An unknown architecture gets
 * no line.
 */
function namesOf(record: ActivityRecord): Record<Dimension, string | null> {
  return {
    model: record.countedModel ?? UNKNOWN_MODEL,
    endpoint: record.endpoint,
    api: record.api,
    architecture: record.architecture,
    upstream: record.upstream,
    operation: record.operation,
    client: record.client.application,
    key: record.client.key,
  };
}

function foldFeatures(sums: Period['features'], { features }: ActivityRecord): Period['features'] {
  return {
    toolCalls: sums.toolCalls + (features.tools === true ? 1 : 0),
    structuredOutput: sums.structuredOutput + (features.structuredOutput === true ? 1 : 0),
    images: sums.images + (features.images === true ? 1 : 0),
    thinking: sums.thinking + (features.thinking === true ? 1 : 0),
  };
}
