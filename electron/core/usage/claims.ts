/**
 * What a server claims about tokens and time in its answer, before any check. reconcile.ts decides
 * which claims are accepted and gives reasons for the others.
 */
import type { Usage } from '../../../shared/usage.ts';

/** Server-side durations in milliseconds; null if the answer has none. */
export interface ServerTiming {
  readonly queueMs: number | null;
  readonly loadMs: number | null;
  readonly prefillMs: number | null;
  readonly decodeMs: number | null;
  /** Time to first token as measured by the server. */
  readonly timeToFirstTokenMs: number | null;
}

/** The server's claims about time; null if it made none. */
export interface Times extends ServerTiming {
  /** Speeds stated by the server, tokens per second. */
  readonly promptRate: number | null;
  readonly outputRate: number | null;
  /** True if `decodeMs` runs from the first to the last token and so covers one token less. */
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

/** A claimed usage and the position in the answer at which its output count last came. */
export interface UsageClaim {
  readonly usage: Usage;
  /** Content chunks received by then, including those of the same frame. */
  readonly chunks: number;
  /** True if the end marker of the dialect had come by then. */
  readonly isFinal: boolean;
}

/** What an answer holds, if its counts cover only the first of several prompts or answers. */
export interface FirstOnly {
  readonly prompts: number;
  readonly answers: number;
}

export interface Claims {
  /** The last non-zero usage of each part of the answer that is counted separately. */
  readonly parts: readonly UsageClaim[];
  /** The last usage that has only zeros. */
  readonly zeros: Usage | null;
  /** Additional counts next to a usage. They only fill its unknown fields. */
  readonly aside: UsageClaim | null;
  /** The prompt's size, sent while the prompt was still being evaluated. */
  readonly progress: Usage | null;
  readonly times: Times;
  /** Not null if the counts cover only the first prompt and answer. */
  readonly firstOnly: FirstOnly | null;
  /** True if the operation generates nothing, so that its output is zero by definition. */
  readonly inputOnly: boolean;
}

/** The claims of an answer without any, or of a missing answer. */
export const NO_CLAIMS: Claims = {
  parts: [],
  zeros: null,
  aside: null,
  progress: null,
  times: NO_TIMES,
  firstOnly: null,
  inputOnly: false,
};

/** What an answer has reported so far about its prompt; null where it has not. */
export interface PromptSoFar {
  /** Tokens that need processing: the prompt without its cached part. */
  readonly freshTokens: number | null;
  /** The processed part of these tokens, from 0 to 1. */
  readonly processed: number | null;
}

export const NO_PROMPT_PROGRESS: PromptSoFar = { freshTokens: null, processed: null };
