import type { Client, Timing, Usage } from '../../../shared/usage.ts';
import { NO_RATES, UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Passed, RequestHead } from '../proxy/tap.ts';
import type { RequestFacts, Route } from '../usage/extractor.ts';
import { NO_ERRORS } from '../usage/estimate.ts';
import { micros } from '../usage/micros.ts';
import { METER_VERSION } from '../usage/reconcile.ts';
import { usageOf } from '../usage/usage-shapes.ts';
import { startOf } from './record.ts';
import type { SeenRecord } from './record.ts';
import { requestFields } from './request-fields.ts';
import type { Session } from './sessions.ts';
import type { UsageSoFar } from './usage-so-far.ts';

/**
 * What is known of an exchange whose metering failed. Times are monotonic milliseconds unless
 * noted.
 */
export interface Abandoned {
  readonly head: RequestHead;
  readonly route: Route;
  readonly client: Client;
  readonly facts: RequestFacts;
  readonly session: Session | null;
  readonly passed: Passed;
  readonly endedAt: number;
  /** The end in Unix milliseconds. */
  readonly completedAt: number;
  readonly firstContentAt: number | null;
  /** Content chunks before the failure. */
  readonly chunks: number;
  readonly usageSoFar: UsageSoFar;
}

/**
 * The row of an exchange whose metering failed. Status, bytes and duration come from the proxy and
 * are correct. The counts are those that were shown in flight. They are marked as estimated with an
 * unknown error, because nothing after the failure was read. Speeds are unknown.
 */
export function abandonedRecord(seen: Abandoned): SeenRecord {
  const { head, route, facts, passed, completedAt, firstContentAt, chunks } = seen;
  const durationMs = micros(Math.max(0, seen.endedAt - head.monotonicAt));
  return {
    startedAt: startOf(head, completedAt, durationMs),
    completedAt,
    upstream: head.upstream.name,
    api: route.api,
    operation: route.operation,
    inference: route.inference && facts.inference,
    method: head.method,
    endpoint: route.endpoint,
    model: facts.model,
    countedModel: facts.model,
    responseModel: null,
    stream: facts.stream,
    status: passed.status,
    completed: false,
    finishReason: null,
    error: 'metering_failed',
    usage: usageOfAbandoned(seen),
    estimateErrors: NO_ERRORS,
    rates: NO_RATES,
    timing: timingOf(
      durationMs,
      firstContentAt === null ? null : firstContentAt - head.monotonicAt,
    ),
    bytesIn: passed.requestBytes,
    bytesOut: passed.responseBytes,
    contentChunks: chunks === 0 ? null : chunks,
    readable: false,
    refusals: [],
    meterVersion: METER_VERSION,
    features: facts.features,
    ...requestFields(seen.session, facts, route.inference && facts.inference),
    ...{ draftedTokens: null, acceptedDraftTokens: null },
    client: seen.client,
  };
}

function usageOfAbandoned({ route, facts, passed, usageSoFar }: Abandoned): Usage {
  const isAnswered = passed.status !== null && passed.status < 400;
  if (!isAnswered || !route.inference || !facts.inference) return UNKNOWN_USAGE;
  const { inputTokens, output } = usageSoFar;
  return usageOf({ input: inputTokens, output: output?.tokens ?? null }, 'estimated');
}

function timingOf(durationMs: number, firstContentMs: number | null): Timing {
  return {
    durationMs,
    timeToFirstTokenMs: micros(firstContentMs),
    timeToFirstTextMs: null,
    queueMs: null,
    loadMs: null,
    prefillMs: null,
    decodeMs: null,
    interTokenP50Ms: null,
    interTokenMaxMs: null,
  };
}
