import { AnswerReader } from './answer.ts';
import { NO_PROMPT_PROGRESS } from './claims.ts';
import type { Extraction, RequestFacts, ResponseHead, ResponseReader } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold } from './fold.ts';
import { SAMPLE, object } from './json-shape.ts';
import { unreadExtraction } from './unread-answer.ts';

/** A fold without rules of its own: only errors matter, and all folds detect those. */
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
 * The answer to a request that manages a model and streams its progress. Its status of 200 is sent
 * before the work begins, so a failure is reported in the body: `{"error": "…"}`.
 */
export class ProgressAnswer implements ResponseReader {
  /** Progress is not generated content. */
  readonly contentChunks = null;
  readonly characters = 0;
  readonly hasVisibleText = false;
  readonly inputTokensSoFar = null;
  readonly promptSoFar = NO_PROMPT_PROGRESS;
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
