import type { Sentence } from './sentences.ts';

/** What the API answers instead of what was asked for (RFC 9457, with members of our own). */
export interface ProblemBody {
  readonly code: string | null;
  /** One line for the user, in English. */
  readonly detail: string;
  /** The same for other languages; null if it has no code. */
  readonly said: Sentence | null;
}

/** The problem in the JSON of a refusal; null if it is no problem of Tokwatt's. */
export function problemIn(content: unknown): ProblemBody | null {
  const body = (content ?? {}) as {
    readonly code?: string;
    readonly detail?: string;
    readonly detail_sentence?: Sentence | null;
  };
  const { code = null, detail, detail_sentence: said = null } = body;
  return detail === undefined ? null : { code, detail, said };
}
