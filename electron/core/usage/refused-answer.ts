import { AnswerReader } from './answer.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { NO_PROMPT_PROGRESS } from './claims.ts';
import { contextWordsOf } from './context-words.ts';
import type { Extraction, RequestFacts, ResponseHead, ResponseReader } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold } from './fold.ts';
import { VALUE, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { saysModelUnknown } from './unknown-model.ts';
import { unreadExtraction } from './unread-answer.ts';

/** Most bytes read of an error in plain text. Such errors are short. */
const MAX_TEXT = 4 * 1024;

/** Keeps the members that error documents use for their message. */
class ErrorFold implements Fold {
  readonly findings = new Findings(false);
  readonly ordinary = null;
  readonly shape = object({ error: VALUE, message: VALUE, code: VALUE, detail: VALUE });
  document: JsonObject | null = null;

  frame(value: JsonObject): null {
    this.document ??= value;
    return null;
  }
}

/**
 * An error answer to an inference request. Only whether the model is unknown and whether the prompt
 * exceeds the context is read from it.
 */
export class RefusedAnswer implements ResponseReader {
  readonly contentChunks = null;
  readonly characters = 0;
  readonly hasVisibleText = false;
  readonly inputTokensSoFar = null;
  readonly promptSoFar = NO_PROMPT_PROGRESS;
  readonly #asked: string | null;
  readonly #fold = new ErrorFold();
  readonly #answer: AnswerReader;
  readonly #text = new ByteBuffer(MAX_TEXT);

  /** `asked` is the model named in the request; null if the error cannot be about it. */
  constructor(asked: string | null, facts: RequestFacts, head: ResponseHead) {
    this.#asked = asked;
    this.#answer = new AnswerReader(this.#fold, facts, head);
  }

  push(chunk: Uint8Array): void {
    this.#answer.push(chunk);
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#text.append(bytes, 0, Math.min(bytes.length, MAX_TEXT - this.#text.length));
  }

  end(clean: boolean): void {
    this.#answer.end(clean);
  }

  result(): Extraction {
    const error = this.#fold.document ?? this.#text.view().toString();
    return {
      ...unreadExtraction(true),
      modelUnknown: this.#asked !== null && saysModelUnknown(error, this.#asked),
      contextWords: contextWordsOf(error),
    };
  }
}
