import type { Sentence } from './sentences.ts';

/** The answer to a test of a server, or of the way to it through its proxy. */
export interface UpstreamTest {
  /** False if nothing usable answers; `note` then says why and what to do. */
  readonly ok: boolean;
  readonly kind: string | null;
  /** The name to show, such as `Ollama 0.33.0`; null if the server is unknown. */
  readonly label: string | null;
  /** One or two sentences; null if there is nothing to say. */
  readonly note: string | null;
  readonly noteSentence: Sentence | null;
  /** Time until the answer was complete, milliseconds. */
  readonly elapsedMs: number;
}
