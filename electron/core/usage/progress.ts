import { AnswerReader } from './answer.ts';
import type { Extraction, RequestFacts, ResponseHead, ResponseReader } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold } from './fold.ts';
import { SAMPLE, object } from './json-shape.ts';
import { unreadExtraction } from './unread-answer.ts';

/** Only an error is of interest, which every fold is told of. */
function progressFold(): Fold {
  return {
    findings: new Findings(false),
    shape: object({ error: SAMPLE }),
    ordinary: {
      events: null,
      content: /"(status)"\s*:\s*"[^"]/,
      isVisible: () => false,
      marker: () => /"error"\s*:/,
      curiosity: 0,
    },
    frame: () => null,
  };
}

/**
 * The answer to a request that works on a model and tells its progress. Its status is 200 before the
 * work began, so a failure is told in the answer: `{"error": "…"}`.
 */
export class ProgressAnswer implements ResponseReader {
  /** Progress is no generated content. */
  readonly contentChunks = null;
  readonly characters = 0;
  readonly hasVisibleText = false;
  readonly inputTokensSoFar = null;
  readonly #status: number;
  readonly #answer: AnswerReader;
  #isWhole = false;

  constructor(facts: RequestFacts, head: ResponseHead) {
    this.#status = head.status;
    this.#answer = new AnswerReader(progressFold(), facts, head);
  }

  push(chunk: Uint8Array): void {
    this.#answer.push(chunk);
  }

  end(clean: boolean): void {
    this.#answer.end(clean);
    this.#isWhole = clean;
  }

  result(): Extraction {
    const { failed } = this.#answer.result();
    const completed = this.#isWhole && !failed && this.#status < 400;
    return { ...unreadExtraction(false), completed, failed };
  }
}
