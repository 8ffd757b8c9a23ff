/** Downloads of models. `null` means unknown; times are Unix milliseconds. */
import type { Sentence } from './sentences.ts';

/**
 * - `running`: data arrives, or the server checks it
 * - `paused`: by the user; what has arrived is kept by the server
 * - `interrupted`: Tokwatt ended while it ran
 * - `done`: the server has the model
 * - `failed`: `error` says why; it can be resumed
 * - `cancelled`: by the user
 */
export type PullStatus = (typeof PULL_STATUSES)[number];
export const PULL_STATUSES = [
  'running',
  'paused',
  'interrupted',
  'done',
  'failed',
  'cancelled',
] as const;

/** A download of a model to an upstream. It goes on without the page that started it. */
export interface ModelPull {
  readonly id: string;
  readonly upstream: string;
  readonly model: string;
  readonly status: PullStatus;
  /** The server's last words, such as `verifying sha256 digest`. */
  readonly words: string | null;
  /** Of all layers that the server has named so far; null before the first. */
  readonly completedBytes: number | null;
  readonly totalBytes: number | null;
  /** Over the last seconds; null if it does not run or nothing was measured yet. */
  readonly bytesPerSecond: number | null;
  /** For the named layers, at this speed. */
  readonly secondsLeft: number | null;
  readonly startedAt: number;
  /** When it ended or was paused. */
  readonly endedAt: number | null;
  /** Why it failed and what to do. */
  readonly error: string | null;
  readonly errorSentence: Sentence | null;
}
