/**
 * How the session of an exchange is known: from a header or the body of its request, or inferred
 * because its messages begin with those of an earlier request of the same client.
 */
export type SessionSource = (typeof SESSION_SOURCES)[number];
export const SESSION_SOURCES = ['header', 'body', 'inferred'] as const;

/**
 * A session: the requests of one conversation or of one run of an agent. Its figures are of all its
 * requests, also of those before the time range in question. Unknown tokens add nothing.
 */
export interface SessionSummary {
  readonly id: string;
  /** How the session of its last request was known. */
  readonly source: SessionSource;
  /** The upstream, application and key of its last request. */
  readonly upstream: string;
  readonly application: string | null;
  readonly key: string | null;
  /** The requested models, the most used first. */
  readonly models: readonly string[];
  /** The start of its first request and the end of its last one, Unix milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly requests: number;
  readonly errors: number;
  readonly inputTokens: number;
  /** The part of the input that came from a prefix cache. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** The part of the input and output that is estimated. */
  readonly estimatedTokens: number;
  /** The sum of the durations of its requests, milliseconds. They may overlap. */
  readonly durationMs: number;
  /** The sum of the known energy of its requests; null if none is known. Always an estimate. */
  readonly energyJoules: number | null;
  /** The growth of its context: the prompts of its first, its last and its largest request. */
  readonly firstPromptTokens: number | null;
  readonly lastPromptTokens: number | null;
  readonly peakPromptTokens: number | null;
}

export interface SessionPage {
  /** Those that ended last come first. */
  readonly sessions: readonly SessionSummary[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}
