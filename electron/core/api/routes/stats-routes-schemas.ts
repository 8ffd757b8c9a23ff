/**
 * Schemas for the endpoints of the ollama-local-serve stack. Its documentation and its server use
 * different names for some fields; both are included. Tokwatt adds further fields.
 */
import * as v from 'valibot';
import { efficiency, flag, integer, number, text, timestamp } from '../schemas/state-schemas.ts';

const known = v.nullable(number);
const share = v.nullable(v.pipe(number, v.minValue(0), v.maxValue(1)));
const said = (schema: v.GenericSchema<number | null>, about: string) =>
  v.pipe(schema, v.description(about));

/** The stack's own dashboard adds `_t` to every request to bypass caches. It is ignored. */
const againstCaches = { T: v.optional(v.string()) };

const whole = (from: number, to: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(from, `must be at least ${from}`),
    v.maxValue(to, `must be at most ${to}`),
  );

export const nothingAsked = v.strictObject(againstCaches);

export const historyQuery = v.strictObject({
  timeRange: v.optional(v.picklist(['1h', '6h', '24h']), '1h'),
  hours: v.optional(v.pipe(whole(1, 9_600), v.description('Replaces `time_range`'))),
  granularity: v.optional(
    v.pipe(
      v.picklist(['1m', '5m', '1h']),
      v.description('Default: 1m up to one hour, 5m up to six hours, 1h beyond'),
    ),
  ),
  ...againstCaches,
});

export const logsQuery = v.strictObject({
  limit: v.optional(whole(1, 1_000), 100),
  offset: v.optional(
    v.pipe(whole(0, 1_000), v.description('Number of rows to skip; `cursor` has no limit')),
    0,
  ),
  cursor: v.optional(
    v.pipe(v.string(), v.regex(/^-?\d{1,16}\.\d{1,16}$/, 'must be a next_cursor')),
  ),
  model: v.optional(v.pipe(v.string(), v.maxLength(512))),
  status: v.optional(v.picklist(['success', 'error'])),
  ...againstCaches,
});

const latencies = { p50LatencyMs: known, p95LatencyMs: known, p99LatencyMs: known };
const firstTokens = { avgTtftMs: known, p50TtftMs: known, p95TtftMs: known, p99TtftMs: known };
const energy = {
  energyNetJoules: said(known, 'Without idle power, of the requests for which that is known'),
  efficiency,
};
const speeds = {
  p50OutputTokensPerSecond: known,
  p95OutputTokensPerSecond: known,
  p99OutputTokensPerSecond: known,
};

export const currentAnswer = v.strictObject({
  totalRequests: integer,
  totalTokens: said(number, 'Input and output, since the first start'),
  totalErrors: integer,
  avgLatencyMs: said(known, 'Mean over clean successes of all stored requests'),
  modelsInUse: v.pipe(
    v.array(text),
    v.description('Loaded, requested right now, or used within the last hour'),
  ),
  uptimeSeconds: integer,
  timestamp,
  requestCount: integer,
  tokensTotal: said(number, 'Only output, since the first start'),
  errorCount: integer,
  tokensPerSec: said(known, 'Output over the last hour'),
  uptimeHours: number,
  modelsLoaded: integer,
  requestsInFlight: integer,
  inputTokens: number,
  cachedInputTokens: number,
  outputTokens: number,
  reasoningTokens: number,
  estimatedTokens: said(number, 'The part of the tokens that is an estimate'),
  errorRate: share,
  energyJoules: said(known, 'An estimate'),
  ...energy,
  outputTokensPerSecond: said(number, 'Right now'),
  ...latencies,
  ...firstTokens,
  ...speeds,
});

export const historyAnswer = v.strictObject({
  timeRange: text,
  granularity: v.picklist(['1m', '5m', '1h']),
  metrics: v.pipe(
    v.array(
      v.strictObject({
        timestamp,
        requestsPerMinute: number,
        tokensPerSecond: said(number, 'Output over the whole bucket'),
        avgLatencyMs: known,
        errorRate: share,
        requests: integer,
        errors: integer,
        inputTokens: number,
        cachedInputTokens: number,
        outputTokens: number,
        reasoningTokens: number,
        estimatedTokens: number,
        energyJoules: known,
        ...energy,
        inFlightPeak: known,
        ...latencies,
        ...firstTokens,
        ...speeds,
      }),
    ),
    v.description('Oldest first; buckets without requests are left out'),
  ),
  data: v.pipe(
    v.array(
      v.strictObject({
        timestamp,
        tokensTotal: number,
        latencyMs: known,
        throughput: said(number, 'Requests per minute'),
        errorCount: integer,
      }),
    ),
    v.description('The same, newest first, with the names of the stack’s server'),
  ),
});

export const logsAnswer = v.strictObject({
  logs: v.array(
    v.strictObject({
      id: text,
      timestamp,
      model: v.nullable(text),
      prompt: v.pipe(v.nullable(text), v.description('From a capture; null without one')),
      response: v.pipe(v.nullable(text), v.description('From a capture; null without one')),
      tokensUsed: said(known, 'Input and output'),
      latencyMs: number,
      status: v.picklist(['success', 'error']),
      clientIp: v.nullable(text),
      requestId: text,
      tokens: said(known, 'Only output'),
      latency: integer,
      errorMessage: v.nullable(text),
      promptTokens: known,
      totalTokens: known,
      origin: v.nullable(text),
      upstream: text,
      endpoint: text,
      application: v.nullable(text),
      cachedInputTokens: known,
      reasoningTokens: known,
      ttftMs: known,
      outputTokensPerSecond: known,
      energyJoules: known,
      energyNetJoules: said(known, 'Without the power that the GPUs need when idle'),
      energyMeasuredShare: said(share, 'The share of the time for which power was measured'),
      energyOtherWork: v.pipe(
        v.nullable(flag),
        v.description('Other programs used the GPUs in that time; null if unknown'),
      ),
      estimated: v.pipe(flag, v.description('A count of tokens is an estimate')),
    }),
  ),
  limit: integer,
  offset: integer,
  nextCursor: v.nullable(text),
});

export const modelsAnswer = v.strictObject({
  models: v.array(
    v.strictObject({
      name: text,
      totalRequests: integer,
      totalTokens: said(number, 'Input and output, since the first start'),
      avgLatencyMs: said(known, 'Mean over clean successes of all stored requests'),
      tokensPerSecond: said(known, 'Generation speed, weighted by tokens'),
      errorRate: share,
      lastUsed: timestamp,
      modelName: text,
      requestsCount: integer,
      tokensGenerated: number,
      errorCount: integer,
      loaded: v.pipe(flag, v.description('A server has it in memory now')),
      inputTokens: number,
      cachedInputTokens: number,
      reasoningTokens: number,
      estimatedTokens: number,
      energyJoules: known,
      ...energy,
      ...latencies,
      ...firstTokens,
      ...speeds,
    }),
  ),
  totalModels: integer,
});

export const gpuAnswer = v.strictObject({
  available: flag,
  gpuCount: integer,
  timestamp: v.nullable(timestamp),
  error: v.nullable(text),
  source: v.nullable(text),
  totalVramGb: known,
  usedVramGb: known,
  avgGpuUtilizationPercent: known,
  avgMemoryUtilizationPercent: known,
  avgTemperatureCelsius: known,
  gpus: v.array(
    v.strictObject({
      index: integer,
      name: text,
      utilizationPercent: known,
      memoryUsedMb: said(known, 'In units of 1024 × 1024 bytes'),
      memoryTotalMb: known,
      temperatureC: known,
      powerDrawW: known,
      id: v.nullable(text),
      vendor: text,
      memoryFreeMb: known,
      memoryUtilizationPercent: known,
      utilizationGpuPercent: known,
      temperatureCelsius: known,
      powerDrawWatts: known,
      powerLimitWatts: known,
      vramUsedGb: known,
      vramTotalGb: known,
    }),
  ),
});
