import { englishOf, sentenceOf } from '../../shared/sentences.ts';
import type { Message, Sentence } from '../../shared/sentences.ts';

/**
 * An error of Tokwatt for the user. `message` is one line that says what is wrong and what to do
 * next, `code` is for programs, `status` is the HTTP status if there is one.
 */
export class TokwattError extends Error {
  readonly code: string;
  readonly status: number | null;
  /** The setting that is wrong, as in `upstreams.1.port`; null if it is none or not known. */
  readonly setting: string | null;
  /** The message for other languages; null if it has no code. */
  readonly said: Sentence | null;

  constructor(
    code: string,
    message: Message,
    details: {
      readonly status?: number;
      readonly cause?: unknown;
      readonly setting?: string;
      /** The sentence, if `message` is a variant of its English text. */
      readonly said?: Sentence | undefined;
    } = {},
  ) {
    super(englishOf(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TokwattError';
    this.code = code;
    this.status = details.status ?? null;
    this.setting = details.setting ?? null;
    this.said = details.said ?? sentenceOf(message);
  }
}

/** What an error says: its sentence, or the words of another program. */
export function messageOf(error: unknown): Message {
  if (error instanceof TokwattError) return error.said ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error (`ECONNREFUSED`, `EADDRINUSE`, …), or null. */
export function systemCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
