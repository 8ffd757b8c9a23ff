/** A body of JSON: one document, or several in a row, as some servers send streams. */
import type { BodyReader, Fold } from './fold.ts';
import type { FrameCounter } from './frame-counter.ts';
import { JsonScanner } from './json-scanner.ts';

export class JsonBody implements BodyReader {
  readonly #fold: Fold;
  readonly #scanner: JsonScanner;
  readonly #mayStream: boolean;

  /** @param mayStream a stream was asked for, so that one unfinished document is its first frame */
  constructor(fold: Fold, frames: FrameCounter, mayStream: boolean) {
    this.#fold = fold;
    this.#mayStream = mayStream;
    this.#scanner = new JsonScanner(fold.shape, {
      value: (value, index) => {
        frames.value(value, { event: '', streamed: this.#scanner.documents > 1, index });
      },
    });
  }

  get isStream(): boolean {
    return this.#scanner.documents > 1 || (this.#mayStream && this.#fold.findings.unfinished);
  }

  push(chunk: Buffer): void {
    this.#scanner.push(chunk);
  }

  end(): void {
    this.#scanner.end();
    const { findings } = this.#fold;
    findings.ended = this.#scanner.complete && !findings.unfinished;
  }
}
