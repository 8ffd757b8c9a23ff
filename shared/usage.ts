/**
 * The types of metering. In all of them, `null` means unknown and zero means zero. Times are Unix
 * milliseconds, durations milliseconds, rates tokens per second.
 */
import type { Features } from './features.ts';
import type { Sampling } from './sampling.ts';
import type { SessionSource } from './sessions.ts';

/** The API family of a request, independent of the server. */
export type Api = (typeof APIS)[number];
export const APIS = ['ollama', 'openai', 'anthropic', 'llamacpp', 'other'] as const;

/** What the request asks for. */
export type Operation = (typeof OPERATIONS)[number];
export const OPERATIONS = [
  'chat',
  'completion',
  'embedding',
  'rerank',
  'infill',
  'image',
  'audio',
  'other',
] as const;

/**
 * The source of a value: reported by the server, derived from reported values, or estimated by a
 * rule. Estimates are always marked when shown.
 */
export type Provenance = 'reported' | 'derived' | 'estimated';

/** Token counts of one exchange with their provenance; null if unknown. */
export interface Usage {
  /** The whole prompt, including its cached part. */
  readonly inputTokens: number | null;
  /** The part of the prompt that came from a prefix cache. */
  readonly cachedInputTokens: number | null;
  /** Everything generated, including reasoning. */
  readonly outputTokens: number | null;
  /** The part of the output that was reasoning. */
  readonly reasoningTokens: number | null;
  readonly provenance: UsageProvenance;
}

/** Provenance of each count in {@link Usage}; null if and only if the count is null. */
export interface UsageProvenance {
  readonly input: Provenance | null;
  readonly cachedInput: Provenance | null;
  readonly output: Provenance | null;
  readonly reasoning: Provenance | null;
}

/** A usage with nothing known. */
export const UNKNOWN_USAGE: Usage = {
  inputTokens: null,
  cachedInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  provenance: { input: null, cachedInput: null, output: null, reasoning: null },
};

/** Speeds in tokens per second. The prompt speed counts only the tokens that were evaluated. */
export interface Rates {
  readonly promptTokensPerSecond: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly provenance: { readonly prompt: Provenance | null; readonly output: Provenance | null };
}

/** Unknown speeds. */
export const NO_RATES: Rates = {
  promptTokensPerSecond: null,
  outputTokensPerSecond: null,
  provenance: { prompt: null, output: null },
};

/** The durations of an exchange's phases, milliseconds. */
export interface Timing {
  /** From the request's head to the end of the answer, measured with a monotonic clock. */
  readonly durationMs: number;
  /** From the request's head until the client saw the first generated content of any kind. */
  readonly timeToFirstTokenMs: number | null;
  /** The same until the first visible text: neither reasoning nor a tool call. */
  readonly timeToFirstTextMs: number | null;
  readonly queueMs: number | null;
  /** How long the server brought the model in; null if the model was loaded or it is unknown. */
  readonly loadMs: number | null;
  readonly prefillMs: number | null;
  readonly decodeMs: number | null;
  /** Median and longest gap between content chunks; null for fewer than two chunks. */
  readonly interTokenP50Ms: number | null;
  readonly interTokenMaxMs: number | null;
}

/** The client as described by its request. None of it is verified. */
export interface Client {
  /** A known application or SDK, from the User-Agent and other headers. */
  readonly application: string | null;
  readonly address: string | null;
  /**
   * A salted fingerprint of the API key with the key's last four characters. Never the key itself.
   */
  readonly key: string | null;
  /**
   * The program on this machine that sent the request, or its script: `ollama`, `agent.py`. Null for clients on other
   * machines, for programs that were not found in time, and if the setting is off.
   */
  readonly process: string | null;
  readonly origin: string | null;
  /** The optional `X-Tokwatt-Tag` header. */
  readonly tag: string | null;
  /**
   * True if the request claims to be counted by another Tokwatt, but has no valid hop header of a
   * trusted one. It is therefore counted here.
   */
  readonly claimsHop: boolean;
}

/**
 * Why an exchange did not succeed:
 * - `http_error`: the server answered with a status of 400 or above
 * - `stream_error`: the server reported an error inside a stream
 * - `incomplete`: the answer ended without the end marker of its dialect, or Tokwatt stopped before
 * - `redirected`: the server answered with a redirect (3xx); no model was asked
 * - `empty_answer`: the server answered without a body (204, 205, 304, or an empty body)
 * - `web_page`: the server answered with a web page, such as a login page, and not with its API
 * - `malformed_answer`: the server's answer was not valid HTTP
 * - `client_aborted`: the client disconnected
 * - `cancelled_by_user`: the user cancelled it in Tokwatt
 * - `upstream_died`: the server's connection broke before or during the answer
 * - `upstream_unreachable`: there was no connection to the server
 * - `refused`: Tokwatt refused the request before forwarding it
 * - `metering_failed`: metering failed; the traffic was relayed, and at most its beginning was counted
 */
export type ErrorKind = (typeof ERROR_KINDS)[number];
export const ERROR_KINDS = [
  'http_error',
  'stream_error',
  'incomplete',
  'redirected',
  'empty_answer',
  'web_page',
  'malformed_answer',
  'client_aborted',
  'cancelled_by_user',
  'upstream_died',
  'upstream_unreachable',
  'refused',
  'metering_failed',
] as const;

/** What came in place of an answer; see {@link ErrorKind}. */
export type NoAnswer = Extract<ErrorKind, 'redirected' | 'empty_answer' | 'web_page'>;

/** Expected relative errors of estimated counts (0.08 for ±8 %); null if unknown or no estimate. */
export interface EstimateErrors {
  readonly input: number | null;
  readonly output: number | null;
}

/** The parts of an exchange's energy. All are estimates, like the whole. */
export interface EnergyParts {
  /** Without the power that the GPUs need when idle, joules; null if that is not known. */
  readonly netJoules: number | null;
  /** Until the first content, and from then on, joules; null if the answer was not a stream. */
  readonly prefillJoules: number | null;
  readonly decodeJoules: number | null;
  /** The share of the exchange's time for which power was measured, above 0 and at most 1. */
  readonly measuredShare: number;
  /** True if other programs used the GPUs in that time; null if unknown, and in older rows. */
  readonly hasOtherWork: boolean | null;
}

/** The row of a finished exchange. */
export interface ActivityRecord {
  /** Ascending and unique in a data folder. */
  readonly id: number;
  readonly startedAt: number;
  readonly completedAt: number;
  /** The upstream's name at that time. */
  readonly upstream: string;
  readonly api: Api;
  readonly operation: Operation;
  /**
   * True for a request that asks a model for tokens; false for lists, loads, token counts and
   * redirects.
   */
  readonly inference: boolean;
  readonly method: string;
  /** The path, without its query. */
  readonly endpoint: string;
  /** The requested model. */
  readonly model: string | null;
  /**
   * The name under which sums by model count it, the same for all names of a model (see
   * `model-names.ts`). Null if the request named no model or one that the server does not know.
   */
  readonly countedModel: string | null;
  /** The model named in the answer. If it differs from `model`, that was an alias or a file. */
  readonly responseModel: string | null;
  readonly architecture: string | null;
  readonly stream: boolean | null;
  /** The status that the client received; null if it received none. */
  readonly status: number | null;
  /** True if the final usage or end marker of the dialect was seen. */
  readonly completed: boolean;
  readonly finishReason: string | null;
  readonly error: ErrorKind | null;
  readonly usage: Usage;
  readonly estimateErrors: EstimateErrors;
  readonly rates: Rates;
  readonly timing: Timing;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Frames with generated content; null if the answer was not a stream. */
  readonly contentChunks: number | null;
  /**
   * Energy of the local GPUs in joules, shared among the exchanges that ran at the same time;
   * always an estimate. If not all of the time was measured, it is that of the measured part, so
   * at least as much was used. Null without power readings, and for a server on another machine.
   */
  readonly energyJoules: number | null;
  /** Null without energy, and for rows of versions that did not store the parts. */
  readonly energyParts: EnergyParts | null;
  /** False if the body could not be read, for example because of an unsupported encoding. */
  readonly readable: boolean;
  /**
   * Why values reported by the server were rejected, one short sentence each, such as `server said
   * 1 token, 214 chunks seen`. Empty if all were accepted.
   */
  readonly refusals: readonly string[];
  /** Version of the metering rules; null for rows older than the numbering. */
  readonly meterVersion: number | null;
  readonly features: Features;
  /** The conversation or run of an agent to which the exchange belongs; null if not known. */
  readonly sessionId: string | null;
  /** Null if and only if the id is null. */
  readonly sessionSource: SessionSource | null;
  /** The sampling parameters that the request gave; null if it gave none. */
  readonly sampling: Sampling | null;
  /**
   * Tokens that speculative decoding or a predicted output proposed; null if the server does not
   * say. The accepted ones are part of the output.
   */
  readonly draftedTokens: number | null;
  readonly acceptedDraftTokens: number | null;
  readonly client: Client;
}
