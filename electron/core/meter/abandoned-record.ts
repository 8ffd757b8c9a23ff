import type { Client, Timing } from '../../../shared/usage.ts';
import { NO_RATES, UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Passed, RequestHead } from '../proxy/tap.ts';
import type { RequestFacts, Route } from '../usage/extractor.ts';
import { NO_ERRORS } from '../usage/estimate.ts';
import { micros } from '../usage/micros.ts';
import { METER_VERSION } from '../usage/reconcile.ts';
import { startOf } from './record.ts';
import type { SeenRecord } from './record.ts';

/**
 * What is known of an exchange whose metering failed. Times are monotonic milliseconds unless
 * noted.
 */
export interface Abandoned {
  readonly head: RequestHead;
  readonly route: Route;
  readonly client: Client;
  readonly facts: RequestFacts;
  readonly passed: Passed;
  readonly endedAt: number;
  /** The end in Unix milliseconds. */
  readonly completedAt: number;
  readonly firstContentAt: number | null;
}

/**
 * The row of an exchange whose metering failed. Status, bytes and duration come from the proxy and
 * are correct. Since the bodies were not read completely, tokens and speeds are unknown and not
 * estimated.
 */
export function abandonedRecord(seen: Abandoned): SeenRecord {
  const { head, route, facts, passed, completedAt, firstContentAt } = seen;
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
    usage: UNKNOWN_USAGE,
    estimateErrors: NO_ERRORS,
    rates: NO_RATES,
    timing: timingOf(
      durationMs,
      firstContentAt === null ? null : firstContentAt - head.monotonicAt,
    ),
    bytesIn: passed.requestBytes,
    bytesOut: passed.responseBytes,
    contentChunks: null,
    readable: false,
    refusals: [],
    meterVersion: METER_VERSION,
    features: facts.features,
    client: seen.client,
  };
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
