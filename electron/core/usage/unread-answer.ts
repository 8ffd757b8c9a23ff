import type { NoAnswer } from '../../../shared/usage.ts';
import { NO_CLAIMS, NO_PROMPT_PROGRESS } from './claims.ts';
import type { Extraction, ResponseReader } from './extractor.ts';

/** The result for an answer whose body has no token counts. */
export function unreadExtraction(inference: boolean): Extraction {
  return {
    responseModel: null,
    claims: NO_CLAIMS,
    finishReason: null,
    completed: false,
    failed: false,
    modelUnknown: false,
    contextWords: null,
    toolsCalled: false,
    instead: null,
    inference,
    architecture: null,
    responseId: null,
    drafts: null,
  };
}

/** An answer without token counts: a list, a token count, an error, a redirect or none at all. */
export class UnreadAnswer implements ResponseReader {
  readonly contentChunks = null;
  readonly characters = 0;
  readonly hasVisibleText = false;
  readonly inputTokensSoFar = null;
  readonly promptSoFar = NO_PROMPT_PROGRESS;
  readonly #status: number;
  readonly #inference: boolean;
  readonly #instead: NoAnswer | null;
  #isWhole = false;

  constructor(status: number, inference: boolean, instead: NoAnswer | null = null) {
    this.#status = status;
    this.#inference = inference;
    this.#instead = instead;
  }

  push(): void {
    // Nothing to count.
  }

  end(clean: boolean): void {
    this.#isWhole = clean;
  }

  result(): Extraction {
    const completed = this.#isWhole && this.#status < 400 && this.#instead === null;
    return { ...unreadExtraction(this.#inference), completed, instead: this.#instead };
  }
}
