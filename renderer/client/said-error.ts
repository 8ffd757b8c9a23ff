import { inEnglish } from '../../shared/sentences.ts';
import type { Message, Sentence } from '../../shared/sentences.ts';

/** An error whose message the window can say in its language. */
export class SaidError extends Error {
  override readonly name: string = 'SaidError';
  /** Null if the message has no code: it is the text of another program, or of an older core. */
  readonly said: Sentence | null;

  constructor(message: string, said: Sentence | null) {
    super(message);
    this.said = said;
  }
}

/** An error of the window itself. */
export function saidError(said: Sentence): SaidError {
  return new SaidError(inEnglish(said), said);
}

/** What an error says: its sentence, or the words of another program. */
export function messageOf(error: unknown): Message {
  if (error instanceof SaidError) return error.said ?? error.message;
  return error instanceof Error ? error.message : String(error);
}
