import type { Features } from '../../../shared/features.ts';
import type { ActivityRecord, Client, ErrorKind, Operation } from '../../../shared/usage.ts';
import { NO_RATES } from '../../../shared/usage.ts';
import { CANCELLED_STATUS } from '../proxy/cancel.ts';
import type { Outcome, RequestHead } from '../proxy/tap.ts';
import { NO_CLAIMS } from '../usage/claims.ts';
import type { Claims } from '../usage/claims.ts';
import { reportedUsage } from '../usage/count-rules.ts';
import type { Estimator } from '../usage/estimate.ts';
import type { Extraction, RequestFacts, Route } from '../usage/extractor.ts';
import type { Clock, Observations } from '../usage/observations.ts';
import { withoutHardCodedZeros } from '../usage/ollama-zeros.ts';
import { METER_VERSION, reconcile } from '../usage/reconcile.ts';
import { isInformative } from '../usage/usage-shapes.ts';
import type { Gaps } from './arrivals.ts';
import { requestFields } from './request-fields.ts';
import type { Session } from './sessions.ts';

/** Everything observed of an exchange. Times are monotonic milliseconds unless noted. */
export interface Seen {
  readonly head: RequestHead;
  readonly route: Route;
  /** The kind of the server; null while it is unknown. */
  readonly serverKind: string | null;
  readonly client: Client;
  readonly facts: RequestFacts;
  /** Null if it is not known. */
  readonly session: Session | null;
  /** Null if no answer began. */
  readonly extraction: Extraction | null;
  readonly contentChunks: number | null;
  /** Length of the generated text, in UTF-16 units. */
  readonly characters: number;
  readonly status: number | null;
  readonly outcome: Outcome;
  /** False if a body could not be decoded. */
  readonly readable: boolean;
  readonly bytesIn: number;
  /** Bytes of the decoded request body. */
  readonly requestBytes: number;
  readonly bytesOut: number;
  readonly endedAt: number;
  /** The end in Unix milliseconds. The system clock may have been changed since the start. */
  readonly completedAt: number;
  readonly firstContentAt: number | null;
  readonly lastContentAt: number | null;
  readonly firstTextAt: number | null;
  readonly gaps: Gaps;
  /** The estimator for the model with this name. */
  readonly estimator: (model: string | null) => Estimator;
}

/** A row without the fields that only the meter knows. */
export type SeenRecord = Omit<
  ActivityRecord,
  'id' | 'architecture' | 'energyJoules' | 'energyParts'
>;

/** Creates the row of a finished exchange from the observations. Pure. */
export function record(seen: Seen): SeenRecord {
  const { head, route, facts, extraction } = seen;
  const inference = isInference(seen);
  const completed = isCompleted(seen, inference);
  const model = facts.model ?? extraction?.responseModel ?? null;
  const figures = reconcile(
    claimsOf(seen),
    observations(seen, inference, completed),
    seen.estimator(model),
  );
  return {
    startedAt: startOf(head, seen.completedAt, figures.timing.durationMs),
    completedAt: seen.completedAt,
    upstream: head.upstream.name,
    api: route.api,
    operation: route.operation,
    inference,
    method: head.method,
    endpoint: route.endpoint,
    model,
    countedModel: extraction?.modelUnknown === true ? null : model,
    responseModel: extraction?.responseModel ?? null,
    stream: seen.contentChunks === null ? facts.stream : true,
    status: seen.status,
    completed,
    finishReason: extraction?.finishReason ?? null,
    error: errorKind(seen, completed),
    ...figures,
    // The tokens of a whole connection came at any time, so that they have no speed.
    rates: route.inference ? figures.rates : NO_RATES,
    bytesIn: seen.bytesIn,
    bytesOut: seen.bytesOut,
    contentChunks: seen.contentChunks,
    readable: seen.readable,
    meterVersion: METER_VERSION,
    features: features(facts, extraction),
    ...requestFields(seen.session, facts, inference),
    ...drafts(extraction),
    client: seen.client,
  };
}

/**
 * A request that seems to ask for nothing, such as one with empty `messages`, is inference if its
 * answer has text or counts.
 */
function isInference({ facts, extraction, route, characters }: Seen): boolean {
  if (facts.inference) return extraction?.inference ?? route.inference;
  if (!route.inference || extraction === null) return false;
  return characters > 0 || isInformative(reportedUsage(extraction.claims));
}

function claimsOf({ extraction, route, serverKind }: Seen): Claims {
  if (extraction === null) return NO_CLAIMS;
  const isHardCoded = serverKind === 'ollama' && route.dialect.id === 'openai-responses';
  return isHardCoded ? withoutHardCodedZeros(extraction.claims) : extraction.claims;
}

/**
 * The start of an exchange in Unix milliseconds, computed at `now` after `elapsedMs`. If the clock
 * was set back since the start, the start is computed from `now`, so that it is never in the
 * future.
 */
export function startOf(head: RequestHead, now: number, elapsedMs: number): number {
  return Math.min(head.at, now - Math.floor(elapsedMs));
}

/** Outcomes in which the answer was ended by someone other than the server. */
const CUT: ReadonlySet<Outcome['kind']> = new Set(['client-aborted', 'stopped', 'cancelled']);

/** An answer that is cut right after its end marker still counts as complete. */
function isCompleted({ extraction, outcome, status }: Seen, inference: boolean): boolean {
  const isCut = CUT.has(outcome.kind);
  const ended = outcome.kind === 'complete' || (inference && isCut);
  if (!ended || status === null || status >= 400 || isNoAnswer(extraction)) return false;
  return inference ? (extraction?.completed ?? false) : extraction?.failed !== true;
}

/** Operations with text prompts. Others have sound or images, or are unknown. */
const TEXT_OPERATIONS: ReadonlySet<Operation> = new Set([
  'chat',
  'completion',
  'embedding',
  'rerank',
  'infill',
]);

function observations(seen: Seen, inference: boolean, completed: boolean): Observations {
  const { extraction, readable, requestBytes, contentChunks, characters } = seen;
  return {
    inference,
    isText: TEXT_OPERATIONS.has(seen.route.operation),
    isSized: seen.facts.features.images !== true,
    ended: extraction?.completed ?? false,
    completed,
    answered: isAnswered(seen),
    readable,
    requestBytes,
    contentChunks,
    characters,
    clock: clock(seen),
  };
}

/**
 * True if the server worked on an answer, so that tokens that it did not report are estimated. A
 * request that was cancelled before its answer is like one whose client left: the 499 is Tokwatt's.
 */
function isAnswered(seen: Seen): boolean {
  const { status, outcome, extraction } = seen;
  if (outcome.kind === 'cancelled' && status === CANCELLED_STATUS) return true;
  return (status === null || status < 400) && !isNoAnswer(extraction) && !isErrorAlone(seen);
}

function clock({ head, gaps, ...seen }: Seen): Clock {
  const { endedAt, firstContentAt, lastContentAt, firstTextAt } = seen;
  const endMs = Math.max(0, endedAt - head.monotonicAt);
  // Compressed content is read a little after its arrival, which may be after the end.
  const since = (moment: number | null): number | null =>
    moment === null ? null : Math.min(moment - head.monotonicAt, endMs);
  return {
    endMs,
    firstContentMs: since(firstContentAt),
    lastContentMs: since(lastContentAt),
    firstTextMs: since(firstTextAt),
    arrivals: firstContentAt === null ? 0 : gaps.count + 1,
    gapP50Ms: gaps.p50,
    gapMaxMs: gaps.max,
  };
}

/**
 * True for an answer that is only an error: not even its model was named. Nothing was generated, as
 * with an error status.
 */
function isErrorAlone({ extraction, contentChunks, characters }: Seen): boolean {
  if (extraction?.failed !== true || extraction.responseModel !== null) return false;
  return characters === 0 && (contentChunks ?? 0) === 0;
}

function isNoAnswer(extraction: Extraction | null): boolean {
  return (extraction?.instead ?? null) !== null;
}

function errorKind(
  { outcome, status, extraction, readable }: Seen,
  completed: boolean,
): ErrorKind | null {
  if (completed) return null;
  // Many clients read no body after a redirect or a page and disconnect.
  if (extraction !== null && extraction.instead !== null) return extraction.instead;
  switch (outcome.kind) {
    case 'client-aborted':
      return 'client_aborted';
    case 'cancelled':
      return 'cancelled_by_user';
    case 'stopped':
      return 'incomplete';
    case 'upstream-died':
      return 'upstream_died';
    case 'malformed-answer':
      return 'malformed_answer';
    case 'upstream-unreachable':
      return 'upstream_unreachable';
    case 'refused':
      return 'refused';
    case 'complete':
      if (status !== null && status >= 400) return 'http_error';
      // An answer that could not be read is not known to have failed.
      if (!readable) return null;
      return extraction?.failed === true ? 'stream_error' : 'incomplete';
  }
}

function features(facts: RequestFacts, extraction: Extraction | null): Features {
  return { ...facts.features, tools: extraction?.toolsCalled === true || facts.features.tools };
}

function drafts(
  extraction: Extraction | null,
): Pick<ActivityRecord, 'draftedTokens' | 'acceptedDraftTokens'> {
  const { drafted = null, accepted = null } = extraction?.drafts ?? {};
  return { draftedTokens: drafted, acceptedDraftTokens: accepted };
}
