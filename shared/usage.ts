/**
 * The words of metering. Everywhere: `null` means unknown, an explicit zero means zero,
 * times are Unix milliseconds, durations are milliseconds, rates are tokens per second.
 */

/** The API family a request speaks, whatever server answers it. */
export type Api = (typeof APIS)[number];
export const APIS = ['ollama', 'openai', 'anthropic', 'llamacpp', 'other'] as const;

/** What was asked for. */
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
 * Where a figure comes from: the server said it, it follows from what the server said, or it is
 * an estimate by rule. An estimate is never shown unmarked.
 */
export type Provenance = 'reported' | 'derived' | 'estimated';

/** Token counts of one exchange, each a number or unknown, each with its provenance. */
export interface Usage {
  /** The whole prompt, its cached part included. */
  readonly inputTokens: number | null;
  /** The part of the prompt that was served from a prefix cache. */
  readonly cachedInputTokens: number | null;
  /** Everything generated, reasoning included. */
  readonly outputTokens: number | null;
  /** The part of the output that was reasoning. */
  readonly reasoningTokens: number | null;
  readonly provenance: UsageProvenance;
}

/** Provenance of each count in {@link Usage}; null exactly where the count is null. */
export interface UsageProvenance {
  readonly input: Provenance | null;
  readonly cachedInput: Provenance | null;
  readonly output: Provenance | null;
  readonly reasoning: Provenance | null;
}

/** A usage of which nothing is known. */
export const UNKNOWN_USAGE: Usage = {
  inputTokens: null,
  cachedInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  provenance: { input: null, cachedInput: null, output: null, reasoning: null },
};

/** Speeds in tokens per second; prompt speed counts only the tokens that were really evaluated. */
export interface Rates {
  readonly promptTokensPerSecond: number | null;
  readonly outputTokensPerSecond: number | null;
  readonly provenance: { readonly prompt: Provenance | null; readonly output: Provenance | null };
}

/** Speeds of which nothing is known. */
export const NO_RATES: Rates = {
  promptTokensPerSecond: null,
  outputTokensPerSecond: null,
  provenance: { prompt: null, output: null },
};

/** Where the time of an exchange went, in milliseconds. */
export interface Timing {
  /** From the request's head to the end of the answer, on a monotonic clock. */
  readonly durationMs: number;
  /** From the request's head to the first generated content, of any sort, seen by the client. */
  readonly timeToFirstTokenMs: number | null;
  /** As above, to the first text for the reader of the answer: neither reasoning nor a tool call. */
  readonly timeToFirstTextMs: number | null;
  readonly queueMs: number | null;
  readonly loadMs: number | null;
  readonly prefillMs: number | null;
  readonly decodeMs: number | null;
  /** Median and longest gap between content chunks; null with fewer than two chunks. */
  readonly interTokenP50Ms: number | null;
  readonly interTokenMaxMs: number | null;
}

/** What the request used; null where the request could not be read. */
export interface Features {
  /** Tools were offered by the request or called by the answer. */
  readonly tools: boolean | null;
  readonly structuredOutput: boolean | null;
  readonly images: boolean | null;
  readonly thinking: boolean | null;
}

/** Who asked. Everything here is the client's own word and none of it is trusted. */
export interface Client {
  /** A known application or SDK, from its User-Agent and headers. */
  readonly application: string | null;
  readonly address: string | null;
  /** A salted fingerprint of the API key with its last four characters, never the key. */
  readonly key: string | null;
  readonly origin: string | null;
  /** The optional `X-Tokwatt-Tag` header. */
  readonly tag: string | null;
  /**
   * It claims to come through another Tokwatt that counts it already, and none that is trusted says
   * so: it is counted here.
   */
  readonly claimsHop: boolean;
}

/**
 * Why an exchange is not a clean success:
 * - `http_error`: the server answered with a status of 400 or above
 * - `stream_error`: the server reported an error inside a stream that began well
 * - `incomplete`: the answer ended without the end its dialect promises
 * - `client_aborted`: the client went away
 * - `upstream_died`: the server's connection broke inside the answer
 * - `upstream_unreachable`: no connection to the server could be made
 * - `refused`: Tokwatt itself refused the request before it went upstream
 * - `metering_failed`: Tokwatt failed while it looked on; the traffic went on, its tokens are unknown
 */
export type ErrorKind = (typeof ERROR_KINDS)[number];
export const ERROR_KINDS = [
  'http_error',
  'stream_error',
  'incomplete',
  'client_aborted',
  'upstream_died',
  'upstream_unreachable',
  'refused',
  'metering_failed',
] as const;

/** The row of a finished exchange. */
export interface ActivityRecord {
  /** Ascending, unique in a data folder. */
  readonly id: number;
  readonly startedAt: number;
  readonly completedAt: number;
  /** The upstream's name at the time. */
  readonly upstream: string;
  readonly api: Api;
  readonly operation: Operation;
  /** True for a request that asks a model for tokens; false for lists, loads, token counts. */
  readonly inference: boolean;
  readonly method: string;
  /** The path, without its query. */
  readonly endpoint: string;
  /** The model asked for. */
  readonly model: string | null;
  /** The name that sums by model go by: null where none was named, or the server does not know it. */
  readonly countedModel: string | null;
  /** The model the answer names, where it differs it is an alias or a file. */
  readonly responseModel: string | null;
  readonly architecture: string | null;
  readonly stream: boolean | null;
  /** The status the client saw; null if it saw none. */
  readonly status: number | null;
  /** The final usage or end marker of the dialect was seen. */
  readonly completed: boolean;
  readonly finishReason: string | null;
  readonly error: ErrorKind | null;
  readonly usage: Usage;
  readonly rates: Rates;
  readonly timing: Timing;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Frames that carried generated content; null where the answer was not a stream. */
  readonly contentChunks: number | null;
  /**
   * Energy of the local GPUs in joules, shared among the exchanges that ran at the same time: an
   * estimate by nature. Null without power readings, and for a server on another machine.
   */
  readonly energyJoules: number | null;
  /** False when the body could not be read (an encoding this runtime cannot decode, say). */
  readonly readable: boolean;
  /**
   * Why figures that the server told were not taken, a short sentence each, such as
   * `server said 1 token, 214 chunks seen`. Empty where all were.
   */
  readonly refusals: readonly string[];
  /** Version of the rules that made the figures; null for rows from before these were numbered. */
  readonly meterVersion: number | null;
  readonly features: Features;
  readonly client: Client;
}

/**
 * A row as it is told without the API token: the client's network address, its Origin and its tag are
 * left out, for they come from the request itself.
 */
export interface PublicRecord extends Omit<ActivityRecord, 'client'> {
  readonly client: Pick<Client, 'application' | 'key'>;
}

/** Leaves out of a row what takes the API token. */
export function publicRecord({ client, ...record }: ActivityRecord): PublicRecord {
  const { application, key } = client;
  return { ...record, client: { application, key } };
}

/** An exchange in flight, as far as it is known. */
export interface LiveExchange {
  readonly id: string;
  readonly startedAt: number;
  readonly upstream: string;
  readonly api: Api;
  readonly operation: Operation;
  readonly endpoint: string;
  readonly model: string | null;
  readonly application: string | null;
  /** `waiting` until the first content, then `generating`. */
  readonly phase: 'waiting' | 'generating';
  readonly inputTokens: number | null;
  /** Content chunks so far: a lower bound of the tokens, and marked as an estimate. */
  readonly outputTokensSoFar: number;
}
