import type { SessionSource } from './sessions.ts';
import type { Api, Operation } from './usage.ts';

/** What is known of an exchange in flight. */
export interface LiveExchange {
  readonly id: string;
  readonly startedAt: number;
  readonly upstream: string;
  readonly api: Api;
  readonly operation: Operation;
  readonly endpoint: string;
  readonly model: string | null;
  /** As in {@link ActivityRecord}; whether the server knows it is not known yet. */
  readonly countedModel: string | null;
  readonly application: string | null;
  /** As in {@link ActivityRecord}, as soon as it is known. */
  readonly sessionId: string | null;
  readonly sessionSource: SessionSource | null;
  /** `waiting` until the first content, then `generating`. */
  readonly phase: 'waiting' | 'generating';
  readonly inputTokens: number | null;
  /** Estimated from the content so far, as for the row of a cut-off stream. */
  readonly outputTokensSoFar: number;
  readonly progress: LiveProgress;
}

/**
 * What an exchange in flight is at:
 * - `queued`: the server has not begun, as far as is known
 * - `loading`: its model is brought in
 * - `prefill`: its prompt is processed
 * - `decode`: content has come
 */
export type Stage = (typeof STAGES)[number];
export const STAGES = ['queued', 'loading', 'prefill', 'decode'] as const;

/** When a stage began, Unix milliseconds. It ended when the next one began. */
export interface StageStart {
  readonly stage: Stage;
  readonly startedAt: number;
}

/** How far an exchange is. */
export interface LiveProgress {
  readonly stage: Stage;
  /**
   * True if neither content nor a report of the server tells the stage, but the list of loaded
   * models and the other exchanges.
   */
  readonly isStageEstimated: boolean;
  /** Oldest first; the last one is the present stage. Moments of estimated stages are estimates. */
  readonly stages: readonly StageStart[];
  /**
   * Its place among the queued exchanges of its upstream, from 1 on, in the order in which Tokwatt
   * got them. The server may choose another order. Null if it is not queued.
   */
  readonly queuePlace: number | null;
  /** How far the prompt is; null before and after the prefill, and if it is not known. */
  readonly prefill: PrefillProgress | null;
  /**
   * All tokens but the first, divided by the time from the first to the last content; an estimate.
   * Null before there are enough.
   */
  readonly outputTokensPerSecond: number | null;
  /** Tokens in the model's context so far, prompt and output; an estimate. */
  readonly contextTokens: number | null;
  /** The context size with which the server has loaded the model. */
  readonly contextLength: number | null;
}

/** How far a prompt is. Its cached part needs no processing and does not count. */
export interface PrefillProgress {
  /** From 0 to 1. */
  readonly fraction: number;
  readonly processedTokens: number | null;
  readonly totalTokens: number | null;
  /** `reported` by the server, or `estimated` from the speed of the model's prompts before. */
  readonly provenance: 'reported' | 'estimated';
  /** The same for `totalTokens`. */
  readonly totalProvenance: 'reported' | 'estimated' | null;
  /** Between the server's reports, else the model's usual speed. */
  readonly tokensPerSecond: number | null;
  /** An estimate; null if it is not known, or if the prompt takes longer than expected. */
  readonly remainingMs: number | null;
}

/** The progress of an exchange that has just begun. */
export const NO_PROGRESS: LiveProgress = {
  stage: 'queued',
  isStageEstimated: true,
  stages: [],
  queuePlace: null,
  prefill: null,
  outputTokensPerSecond: null,
  contextTokens: null,
  contextLength: null,
};

/**
 * How the client of a cancelled exchange learnt of it:
 * - `status`: an error answer, because the server's answer had not begun
 * - `event`: an error at the end of the stream, in its own format
 * - `reset`: its connection was reset
 */
export type CancelNotice = (typeof CANCEL_NOTICES)[number];
export const CANCEL_NOTICES = ['status', 'event', 'reset'] as const;

/** An exchange that was cancelled. Its row follows. */
export interface CancelledExchange {
  readonly id: string;
  readonly notice: CancelNotice;
}
