/**
 * What a server says in its answer about tokens and time. Nothing here was judged yet: what is
 * believed, and why not the rest, is decided in reconcile.ts.
 */
import type { Usage } from '../../../shared/usage.ts';

/** Server-side durations in milliseconds, where the answer carries them. */
export interface ServerTiming {
  readonly queueMs: number | null;
  readonly loadMs: number | null;
  readonly prefillMs: number | null;
  readonly decodeMs: number | null;
  /** The server's own time to first token. */
  readonly timeToFirstTokenMs: number | null;
}

/** What a server said about time. Null where it said nothing. */
export interface Times extends ServerTiming {
  /** Speeds that the server itself states, in tokens per second. */
  readonly promptRate: number | null;
  readonly outputRate: number | null;
  /** `decodeMs` runs from the first to the last token, so it covers one token less. */
  readonly decodeFromFirst: boolean;
}

export const NO_TIMES: Times = {
  queueMs: null,
  loadMs: null,
  prefillMs: null,
  decodeMs: null,
  timeToFirstTokenMs: null,
  promptRate: null,
  outputRate: null,
  decodeFromFirst: false,
};

/** A usage as it was told, and where in the answer its output was told last. */
export interface UsageClaim {
  readonly usage: Usage;
  /** Chunks of content that had come by then, those of its own frame included. */
  readonly chunks: number;
  /** The end that the dialect promises had been seen by then. */
  readonly isFinal: boolean;
}

export interface Claims {
  /** What was told last and says something, for each part of the answer that is counted on its own. */
  readonly parts: readonly UsageClaim[];
  /** The last usage that holds nothing but zeros. */
  readonly zeros: Usage | null;
  /** Counts that stand beside a usage and count for its blanks only. */
  readonly aside: UsageClaim | null;
  /** The prompt's size, told while it was still being evaluated. */
  readonly progress: Usage | null;
  readonly times: Times;
  /** The operation generates nothing: its output is zero by definition. */
  readonly inputOnly: boolean;
}

/** Of an answer that said nothing, or of none at all. */
export const NO_CLAIMS: Claims = {
  parts: [],
  zeros: null,
  aside: null,
  progress: null,
  times: NO_TIMES,
  inputOnly: false,
};
