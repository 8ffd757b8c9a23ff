/** What tells a load apart from the other waits in Ollama's `load_duration`. */
import type { Timing } from '../../../shared/usage.ts';
import type { SeenRecord } from './record.ts';

/** The state of a request's model when the request was sent. */
export interface ModelState {
  /** Whether the server listed it as loaded; null if that is not known. */
  readonly wasLoaded: boolean | null;
  /** True if another request of this model was already in flight to the same server. */
  readonly wasBusy: boolean;
}

export const UNKNOWN_STATE: ModelState = { wasLoaded: null, wasBusy: false };

/**
 * Shortest `load_duration` of a load, milliseconds. It runs from the arrival of a request until the
 * scheduler returns a runner (`checkpointLoaded - checkpointStart` in server/routes.go), so it is
 * never zero. For a loaded model, Ollama reads the model's metadata and pings the runner in this
 * time: a few milliseconds up to 100, and up to 700 in versions that read the whole tokenizer. For
 * a model that is not loaded, it starts a process, which takes longer than 100 ms alone.
 */
const UNLISTED_LOAD_MS = 100;
const UNKNOWN_LOAD_MS = 1_000;

/**
 * The durations with a load time only if the request brought its model in, and for a request behind
 * another one, its time in the queue. Servers other than Ollama report their loads themselves.
 */
export function withLoadOrQueue(record: SeenRecord, state: ModelState): Timing {
  const { api, timing } = record;
  if (api !== 'ollama' || timing.loadMs === null) return timing;
  const loadMs = isLoad(timing.loadMs, state) ? timing.loadMs : null;
  return { ...timing, loadMs, queueMs: timing.queueMs ?? queued(record, state) };
}

/** If another request of the model is in flight, that one brings the model in. */
function isLoad(reportedMs: number, { wasLoaded, wasBusy }: ModelState): boolean {
  if (wasLoaded === true || wasBusy) return false;
  return reportedMs >= (wasLoaded === null ? UNKNOWN_LOAD_MS : UNLISTED_LOAD_MS);
}

/**
 * The time for which a request waited behind another one. Ollama does not report it: after
 * `load_duration`, the request waits for one of the runner's places (OLLAMA_NUM_PARALLEL), and
 * `prompt_eval_duration` begins only then. So it is the part of the time to first token in which
 * the server evaluated nothing. It is null if no other request is known, because the rest is then
 * mostly preparation.
 */
function queued({ timing, usage, features }: SeenRecord, state: ModelState): number | null {
  const { durationMs, timeToFirstTokenMs, prefillMs, decodeMs } = timing;
  if (!state.wasBusy || prefillMs === null || decodeMs === null) return null;
  // With a format, Ollama runs a thinking model twice and reports the second run only.
  if (features.structuredOutput === true && features.thinking !== false) return null;
  const idle = durationMs - prefillMs - decodeMs;
  const firstToken = decodeMs / Math.max(1, usage.outputTokens ?? 1);
  // A client that reads slowly prolongs the exchange, but not the time to first token.
  const beforeContent = (timeToFirstTokenMs ?? Infinity) - prefillMs - firstToken;
  return Math.max(0, Math.min(idle, beforeContent));
}
