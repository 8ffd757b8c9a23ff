import type { PromptSoFar } from '../usage/claims.ts';
import type { ContextWords } from '../usage/context-words.ts';
import type { EstimateRules, Estimator } from '../usage/estimate.ts';
import type { CaptureSettings } from './capture.ts';
import type { SeenRecord } from './record.ts';
import type { Sessions } from './sessions.ts';

/** What the end of an exchange shows, apart from its row. */
export interface Ended {
  /** True if the request makes the server unload the model. */
  readonly unloads: boolean;
  /** What the server said about its context; null if nothing. */
  readonly contextWords: ContextWords | null;
}

/** What an exchange needs from its meter. */
export interface ExchangeHost {
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Unix milliseconds of the system clock. */
  now(): number;
  /** The whole request has passed to the server. `model` is null if it asks none for tokens. */
  onSent(model: string | null, at: number): void;
  /** Before the first content: what the answer has reported about its prompt so far. */
  onPrompt(progress: PromptSoFar, at: number): void;
  /** Content passed at this monotonic time. */
  onContent(chunks: number, at: number): void;
  onChange(): void;
  /** The kind of the server; null while it is unknown. */
  serverKind(): string | null;
  /** Called when an answer of this model begins. */
  onModel(model: string): void;
  onFinished(finished: SeenRecord): void;
  /** Called at the end, whether or not `onFinished` was called or succeeded. */
  onGone(): void;
  /** Called for an error that has no caller to catch it. */
  onFailure(error: unknown): void;
  readonly estimates: EstimateRules;
  /** The estimator for a model of the exchange's upstream. */
  estimator(model: string | null): Estimator;
  readonly sessions: Sessions;
  /** Null if nothing is captured, so that no bodies are held. */
  readonly captures: CaptureSettings | null;
}

/** What exchanges need, apart from what belongs to one of them. */
export type ExchangeServices = Omit<ExchangeHost, 'onSent' | 'onFinished' | 'onGone'>;
