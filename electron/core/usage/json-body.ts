/** A body of JSON: one document, or several in a row, as some servers send streams. */
import type { BodyReader, Fold } from './fold.ts';
import type { FrameCounter } from './frame-counter.ts';
import { JsonReader } from './json-reader.ts';
import { JsonScanner } from './json-scanner.ts';

export class JsonBody implements BodyReader {
  readonly #fold: Fold;
  readonly #reader: JsonReader | JsonScanner;
  readonly #mayStream: boolean;

  /** @param mayStream a stream was asked for, so that one unfinished document is its first frame */
  constructor(fold: Fold, frames: FrameCounter, mayStream: boolean) {
    this.#fold = fold;
    this.#mayStream = mayStream;
    // A stream's values are wanted as they come, wherever its chunks end.
    const Reader = mayStream ? JsonScanner : JsonReader;
    this.#reader = new Reader(fold.shape, {
      value: (value, index) => {
        frames.value(value, { event: '', streamed: this.#reader.documents > 1, index });
      },
    });
  }

  get isStream(): boolean {
    return this.#reader.documents > 1 || (this.#mayStream && this.#fold.findings.unfinished);
  }

  push(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
    const { findings } = this.#fold;
    findings.ended = this.#reader.complete && !findings.unfinished;
  }
}
