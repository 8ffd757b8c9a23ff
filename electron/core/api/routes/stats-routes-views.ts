import { efficiencyOf } from '../../../../shared/efficiency.ts';
import type { State } from '../../../../shared/snapshot.ts';
import type { ModelTally } from '../../../../shared/tally.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { Distribution, Percentiles, SeriesPoint } from '../../records/ledger/query-schemas.ts';
import { uptimeSeconds } from './state-routes.ts';

const HOUR_MS = 3_600_000;

type Measured = Pick<Percentiles, 'latencyMs' | 'timeToFirstTokenMs' | 'outputTokensPerSecond'>;

/**
 * The current totals. `measured` and `hour` (the points of the last hour) are null while the ledger
 * cannot be read.
 */
export function viewCurrent(
  state: State,
  now: number,
  measured: Measured | null,
  hour: readonly SeriesPoint[] | null,
): object {
  const { all } = state.totals.ever;
  const loaded = state.loadedModels.map(({ name }) => name);
  const asked = state.inFlight.flatMap(({ countedModel }) => countedModel ?? []);
  const used = state.totals.ever.models.filter(({ lastUsedAt }) => now - lastUsedAt < HOUR_MS);
  const uptime = uptimeSeconds(state);
  return {
    totalRequests: all.requests,
    totalTokens: all.inputTokens + all.outputTokens,
    totalErrors: all.errors,
    modelsInUse: [...new Set([...loaded, ...asked, ...used.map(({ model }) => model)])].sort(),
    uptimeSeconds: uptime,
    timestamp: new Date(now).toISOString(),
    requestCount: all.requests,
    tokensTotal: all.outputTokens,
    errorCount: all.errors,
    tokensPerSec: hour === null ? null : sumOf(hour, (point) => point.outputTokens) / 3_600,
    uptimeHours: uptime / 3_600,
    modelsLoaded: state.loadedModels.length,
    requestsInFlight: state.inFlight.length,
    inputTokens: all.inputTokens,
    cachedInputTokens: all.cachedInputTokens,
    outputTokens: all.outputTokens,
    reasoningTokens: all.reasoningTokens,
    estimatedTokens: all.estimatedTokens,
    errorRate: shareOf(all.errors, all.requests),
    energyJoules: all.energyJoules,
    energyNetJoules: all.energyNetJoules,
    efficiency: efficiencyOf(all),
    outputTokensPerSecond: state.throughput.outputTokensPerSecond,
    ...measurements(measured),
  };
}

/** A point of the history; `minutes` is the width of its bucket. */
export function viewPoint(point: SeriesPoint, minutes: number): object {
  const { requests, errors } = point;
  return {
    timestamp: new Date(point.at).toISOString(),
    requestsPerMinute: requests / minutes,
    tokensPerSecond: point.outputTokens / (minutes * 60),
    errorRate: shareOf(errors, requests),
    requests,
    errors,
    inputTokens: point.inputTokens,
    cachedInputTokens: point.cachedInputTokens,
    outputTokens: point.outputTokens,
    reasoningTokens: point.reasoningTokens,
    estimatedTokens: point.estimatedTokens,
    energyJoules: point.energyJoules,
    energyNetJoules: point.energyNetJoules,
    efficiency: efficiencyOf(point),
    inFlightPeak: point.inFlightPeak,
    ...measurements(point),
  };
}

/** The same point with the names that the stack's server uses. */
export function viewDatum(point: SeriesPoint, minutes: number): object {
  return {
    timestamp: new Date(point.at).toISOString(),
    tokensTotal: point.outputTokens,
    latencyMs: point.latencyMs.mean,
    throughput: point.requests / minutes,
    errorCount: point.errors,
  };
}

export function viewModel(model: ModelTally, measured: Measured | null, loaded: boolean): object {
  return {
    name: model.model,
    totalRequests: model.requests,
    totalTokens: model.inputTokens + model.outputTokens,
    tokensPerSecond: model.outputTokensPerSecond,
    errorRate: shareOf(model.errors, model.requests),
    lastUsed: new Date(model.lastUsedAt).toISOString(),
    modelName: model.model,
    requestsCount: model.requests,
    tokensGenerated: model.outputTokens,
    errorCount: model.errors,
    loaded,
    inputTokens: model.inputTokens,
    cachedInputTokens: model.cachedInputTokens,
    reasoningTokens: model.reasoningTokens,
    estimatedTokens: model.estimatedTokens,
    energyJoules: model.energyJoules,
    energyNetJoules: model.energyNetJoules,
    efficiency: efficiencyOf(model),
    ...measurements(measured),
  };
}

/** The captured texts of an exchange: its prompt and its answer. */
export interface Texts {
  readonly prompt: string | null;
  readonly response: string | null;
}

export function viewLog(record: ActivityRecord, { prompt, response }: Texts): object {
  const { usage, timing, client } = record;
  const { inputTokens, outputTokens, provenance } = usage;
  const total = inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens;
  return {
    id: `${record.id}`,
    timestamp: new Date(record.completedAt).toISOString(),
    model: record.model,
    prompt,
    response,
    tokensUsed: total,
    latencyMs: timing.durationMs,
    status: record.error === null ? 'success' : 'error',
    clientIp: client.address,
    requestId: `${record.id}`,
    tokens: outputTokens,
    latency: Math.round(timing.durationMs),
    errorMessage: record.error,
    promptTokens: inputTokens,
    totalTokens: total,
    origin: client.origin,
    upstream: record.upstream,
    endpoint: record.endpoint,
    application: client.application,
    cachedInputTokens: usage.cachedInputTokens,
    reasoningTokens: usage.reasoningTokens,
    ttftMs: timing.timeToFirstTokenMs,
    outputTokensPerSecond: record.rates.outputTokensPerSecond,
    energyJoules: record.energyJoules,
    energyNetJoules: record.energyParts?.netJoules ?? null,
    energyMeasuredShare: record.energyParts?.measuredShare ?? null,
    energyOtherWork: record.energyParts?.hasOtherWork ?? null,
    estimated: provenance.input === 'estimated' || provenance.output === 'estimated',
  };
}

function measurements(measured: Measured | null): object {
  const { latencyMs, timeToFirstTokenMs, outputTokensPerSecond } = measured ?? NOTHING;
  return {
    avgLatencyMs: latencyMs.mean,
    p50LatencyMs: latencyMs.p50,
    p95LatencyMs: latencyMs.p95,
    p99LatencyMs: latencyMs.p99,
    avgTtftMs: timeToFirstTokenMs.mean,
    p50TtftMs: timeToFirstTokenMs.p50,
    p95TtftMs: timeToFirstTokenMs.p95,
    p99TtftMs: timeToFirstTokenMs.p99,
    p50OutputTokensPerSecond: outputTokensPerSecond.p50,
    p95OutputTokensPerSecond: outputTokensPerSecond.p95,
    p99OutputTokensPerSecond: outputTokensPerSecond.p99,
  };
}

const UNMEASURED: Distribution = { count: 0, mean: null, p50: null, p95: null, p99: null };
const NOTHING: Measured = {
  latencyMs: UNMEASURED,
  timeToFirstTokenMs: UNMEASURED,
  outputTokensPerSecond: UNMEASURED,
};

/** Null if the whole is 0. */
function shareOf(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
