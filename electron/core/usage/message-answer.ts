import type { Extraction, ResponseReader } from './extractor.ts';
import type { Fold } from './fold.ts';
import { FoldedAnswer } from './folded-answer.ts';
import { FrameCounter } from './frame-counter.ts';
import type { JsonObject } from './json-text.ts';

/** Reads an answer whose frames are whole messages instead of a stream of bytes. */
export class MessageAnswer extends FoldedAnswer implements ResponseReader {
  readonly #frames: FrameCounter;
  /** False if the request asked for no output. */
  readonly #generates: boolean;

  constructor(fold: Fold, generates: boolean) {
    super(fold);
    this.#frames = new FrameCounter(fold);
    this.#generates = generates;
  }

  push(): void {
    // Its content comes as messages.
  }

  message(value: JsonObject): void {
    this.#frames.value(value, { event: '', streamed: true, index: -1 });
  }

  end(): void {
    this.fold.settle?.();
    this.fold.findings.endFrame();
  }

  get contentChunks(): number {
    return this.fold.findings.content.chunks;
  }

  /** A request without output is an inference only if the server reports tokens for it. */
  result(): Extraction {
    const extraction = this.fold.findings.extraction();
    return { ...extraction, inference: this.#generates || extraction.claims.parts.length > 0 };
  }
}
