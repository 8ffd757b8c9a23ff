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
  /** `waiting` until the first content, then `generating`. */
  readonly phase: 'waiting' | 'generating';
  readonly inputTokens: number | null;
  /** Estimated from the content so far, as for the row of a cut-off stream. */
  readonly outputTokensSoFar: number;
}

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
