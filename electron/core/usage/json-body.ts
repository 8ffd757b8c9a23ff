/** A JSON body: one document, or several in sequence, which some servers send as a stream. */
import type { BodyReader, Fold } from './fold.ts';
import type { FrameCounter } from './frame-counter.ts';
import { JsonReader } from './json-reader.ts';
import { JsonScanner } from './json-scanner.ts';

export class JsonBody implements BodyReader {
  readonly #fold: Fold;
  readonly #reader: JsonReader | JsonScanner;
  readonly #mayStream: boolean;

  /**
   * @param mayStream true if a stream was requested; a single unfinished document is then its first
   * frame
   */
  constructor(fold: Fold, frames: FrameCounter, mayStream: boolean) {
    this.#fold = fold;
    this.#mayStream = mayStream;
    // The values of a stream are needed as they arrive, even within a chunk.
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
