import type {
  ActivityRecord,
  Client,
  ErrorKind,
  Features,
  Rates,
  Timing,
  Usage,
} from '../../../shared/usage.ts';
import { UNKNOWN_USAGE } from '../../../shared/usage.ts';
import type { Outcome, RequestHead } from '../proxy/tap.ts';
import { fillBlanks } from '../usage/estimate.ts';
import type { EstimateRules } from '../usage/estimate.ts';
import type { Extraction, RequestFacts, Route, ServerTiming } from '../usage/extractor.ts';
import type { Gaps } from './chunk-gaps.ts';

/** All that was seen of an exchange; moments are monotonic milliseconds but for one. */
export interface Seen {
  readonly head: RequestHead;
  readonly route: Route;
  readonly client: Client;
  readonly facts: RequestFacts;
  /** Null if no answer began. */
  readonly extraction: Extraction | null;
  readonly contentChunks: number | null;
  readonly inputTokensSoFar: number | null;
  readonly status: number | null;
  readonly outcome: Outcome;
  /** False if a body could not be decoded. */
  readonly readable: boolean;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly endedAt: number;
  /** The end in Unix milliseconds. The system's clock may have been set since the start. */
  readonly completedAt: number;
  readonly firstContentAt: number | null;
  readonly lastContentAt: number | null;
  readonly gaps: Gaps;
  readonly estimates: EstimateRules;
}

const NO_TIMING: ServerTiming = {
  queueMs: null,
  loadMs: null,
  prefillMs: null,
  decodeMs: null,
  timeToFirstTokenMs: null,
};

/** A row but for what only the meter around the exchange knows. */
export type SeenRecord = Omit<ActivityRecord, 'id' | 'architecture' | 'energyJoules'>;

/** The row of a finished exchange, from what was seen of it. Pure. */
export function record(seen: Seen): SeenRecord {
  const { head, route, facts, extraction } = seen;
  const inference = route.inference && facts.inference && (extraction?.inference ?? true);
  const completed = isCompleted(seen, inference);
  const usage = inference ? countedUsage(seen, completed) : UNKNOWN_USAGE;
  const timing = timings(seen);
  const { completedAt } = seen;
  return {
    startedAt: startOf(head, completedAt, timing.durationMs),
    completedAt,
    upstream: head.upstream.name,
    api: route.api,
    operation: route.operation,
    inference,
    method: head.method,
    endpoint: route.endpoint,
    model: facts.model ?? extraction?.responseModel ?? null,
    responseModel: extraction?.responseModel ?? null,
    stream: seen.contentChunks === null ? facts.stream : true,
    status: seen.status,
    completed,
    finishReason: extraction?.finishReason ?? null,
    error: errorKind(seen, completed),
    usage,
    rates: rates(seen, usage, timing, inference),
    timing,
    bytesIn: seen.bytesIn,
    bytesOut: seen.bytesOut,
    contentChunks: seen.contentChunks,
    readable: seen.readable,
    features: features(facts, extraction),
    client: seen.client,
  };
}

/**
 * When an exchange began, in Unix milliseconds, as of `now` and after `elapsedMs`: where the clock
 * was set back meanwhile, the start is told by the clock of now, so that it never lies ahead.
 */
export function startOf(head: RequestHead, now: number, elapsedMs: number): number {
  return Math.min(head.at, now - Math.floor(elapsedMs));
}

/** A client may hang up right behind the end marker; the answer is complete all the same. */
function isCompleted({ extraction, outcome, status }: Seen, inference: boolean): boolean {
  const ended = outcome.kind === 'complete' || (inference && outcome.kind === 'client-aborted');
  if (!ended || status === null || status >= 400) return false;
  return inference ? (extraction?.completed ?? false) : true;
}

function countedUsage(seen: Seen, completed: boolean): Usage {
  const usage = seen.extraction?.usage ?? UNKNOWN_USAGE;
  // A refused or failed request spent nothing that could be estimated; one whose answer cannot
  // be read is not cut off, and guessing at it would be no better than saying so.
  const answered = seen.status === null || seen.status < 400;
  if (completed || !answered || !seen.readable) return usage;
  return fillBlanks(
    usage,
    {
      requestBytes: seen.bytesIn,
      contentChunks: seen.contentChunks,
      inputTokensSoFar: seen.inputTokensSoFar,
    },
    seen.estimates,
  );
}

function errorKind(
  { outcome, status, extraction, readable }: Seen,
  completed: boolean,
): ErrorKind | null {
  if (completed) return null;
  switch (outcome.kind) {
    case 'client-aborted':
      return 'client_aborted';
    case 'upstream-died':
      return 'upstream_died';
    case 'upstream-unreachable':
      return 'upstream_unreachable';
    case 'refused':
      return 'refused';
    case 'complete':
      if (status !== null && status >= 400) return 'http_error';
      // Nothing is known to be wrong with an answer that could not be read.
      if (!readable) return null;
      return extraction?.failed === true ? 'stream_error' : 'incomplete';
  }
}

function timings(seen: Seen): Timing {
  const { head, firstContentAt, lastContentAt } = seen;
  const server = seen.extraction?.timing ?? NO_TIMING;
  const measuredFirst = firstContentAt === null ? null : firstContentAt - head.monotonicAt;
  const measuredDecode =
    firstContentAt === null || lastContentAt === null || lastContentAt === firstContentAt
      ? null
      : lastContentAt - firstContentAt;
  return {
    durationMs: micros(Math.max(0, seen.endedAt - head.monotonicAt)),
    timeToFirstTokenMs: micros(measuredFirst ?? server.timeToFirstTokenMs),
    queueMs: micros(server.queueMs),
    loadMs: micros(server.loadMs),
    prefillMs: micros(server.prefillMs),
    decodeMs: micros(server.decodeMs ?? measuredDecode),
    interTokenP50Ms: micros(seen.gaps.p50),
    interTokenMaxMs: micros(seen.gaps.max),
  };
}

/** Milliseconds to the microsecond: more figures would claim what no clock here measures. */
export function micros<T extends number | null>(ms: T): T {
  return (ms === null ? null : Math.round(ms * 1_000) / 1_000) as T;
}

/** The server's speeds where it gives them; else what follows from the clock, and marked so. */
function rates(seen: Seen, usage: Usage, timing: Timing, inference: boolean): Rates {
  const given = inference ? seen.extraction?.rates : undefined;
  const output = given?.outputTokensPerSecond ?? null;
  const prompt = given?.promptTokensPerSecond ?? null;
  const derivedOutput = output === null && inference ? outputRate(usage, seen, timing) : null;
  const derivedPrompt = prompt === null && inference ? promptRate(usage, timing) : null;
  return {
    promptTokensPerSecond: prompt ?? derivedPrompt,
    outputTokensPerSecond: output ?? derivedOutput,
    provenance: {
      prompt: given?.provenance.prompt ?? (derivedPrompt === null ? null : 'estimated'),
      output:
        given?.provenance.output ??
        (derivedOutput === null ? null : seen.contentChunks === null ? 'estimated' : 'derived'),
    },
  };
}

/**
 * The first token ends the prefill, so the others share the time after it. An answer in one piece
 * only gives a lower bound: its whole duration.
 */
function outputRate(usage: Usage, seen: Seen, timing: Timing): number | null {
  const tokens = usage.outputTokens;
  if (tokens === null || tokens === 0) return null;
  if (seen.contentChunks === null) return perSecond(tokens, timing.durationMs);
  if (seen.firstContentAt === null || seen.lastContentAt === null) return null;
  return perSecond(tokens - 1, seen.lastContentAt - seen.firstContentAt);
}

/** Time to first token holds queue and load too: an estimate from below. */
function promptRate(usage: Usage, timing: Timing): number | null {
  if (usage.inputTokens === null || timing.timeToFirstTokenMs === null) return null;
  return perSecond(usage.inputTokens - (usage.cachedInputTokens ?? 0), timing.timeToFirstTokenMs);
}

function perSecond(tokens: number, ms: number): number | null {
  return tokens > 0 && ms > 0 ? (tokens * 1_000) / ms : null;
}

function features(facts: RequestFacts, extraction: Extraction | null): Features {
  return { ...facts.features, tools: extraction?.toolsCalled === true || facts.features.tools };
}
