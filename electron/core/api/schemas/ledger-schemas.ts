/** Schemas of the ledger's answers, for the OpenAPI document. */
import type { GpuPoint } from '../../../../shared/gpu-history.ts';
import * as v from 'valibot';
import type {
  Distribution,
  Holding,
  StorageSummary,
  Percentiles,
  RollupRow,
  Series,
  SeriesPoint,
  Sums,
  TopRow,
} from '../../records/ledger/query-schemas.ts';
import {
  efficiency,
  energySumEntries,
  flag,
  integer,
  moment,
  number,
  shape,
  text,
} from './state-schemas.ts';

const name = v.nullable(text);
const known = v.nullable(number);

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
  ...energySumEntries,
  efficiency,
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
  utilizationMin: known,
  utilizationMax: known,
  memoryUsedBytes: known,
  memoryUsedMin: known,
  memoryUsedMax: known,
  memoryTotalBytes: known,
  temperatureC: known,
  temperatureMin: known,
  temperatureMax: known,
  powerW: known,
  powerMin: known,
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
