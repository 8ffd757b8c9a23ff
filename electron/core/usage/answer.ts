/** Reads an answer's body in any supported framing and passes its values to a dialect's fold. */
import { JSON_LINES } from '../proxy/stream-end.ts';
import type { Extraction, RequestFacts, ResponseHead, ResponseReader } from './extractor.ts';
import type { BodyReader, Fold } from './fold.ts';
import { FoldedAnswer } from './folded-answer.ts';
import { FrameCounter } from './frame-counter.ts';
import { JsonBody } from './json-body.ts';
import { mediaType } from './media-type.ts';
import { isWebPage } from './no-answer.ts';
import { EventStream, LineStream } from './streams.ts';

const BRACE = 0x7b;
const BRACKET = 0x5b;
/** White space and the bytes of a byte order mark. */
const BLANK = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
/** First letters of the fields of an event stream: `:`, `data`, `event`, `id`, `retry`. */
const EVENT_STREAM = new Set(Buffer.from(':deir'));

export class AnswerReader extends FoldedAnswer implements ResponseReader {
  readonly #frames: FrameCounter;
  readonly #facts: RequestFacts;
  readonly #mediaType: string;
  #body: BodyReader | null = null;
  #ended = false;

  constructor(fold: Fold, facts: RequestFacts, head: ResponseHead) {
    super(fold);
    this.#frames = new FrameCounter(fold);
    this.#facts = facts;
    this.#mediaType = mediaType(head.header('content-type'));
  }

  push(chunk: Uint8Array): void {
    if (this.#ended) return;
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#body !== null) this.#body.push(bytes);
    else this.#begin(bytes);
  }

  end(clean: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#body?.end(clean);
    if (this.#body === null && clean) this.fold.findings.instead = 'empty_answer';
    this.fold.settle?.();
    this.fold.findings.endFrame();
  }

  get contentChunks(): number | null {
    const isStream = this.#body === null ? this.#isDeclaredStream() : this.#body.isStream;
    return isStream ? this.fold.findings.content.chunks : null;
  }

  result(): Extraction {
    return this.fold.findings.extraction();
  }

  #isDeclaredStream(): boolean {
    return this.#mediaType === 'text/event-stream' || isLines(this.#mediaType);
  }

  /** Waits for the first byte that is not blank and chooses the framing by it. */
  #begin(bytes: Buffer): void {
    const first = bytes.findIndex((byte) => !BLANK.has(byte));
    if (first === -1) return;
    this.#body = this.#framing(bytes[first] ?? 0);
    this.#body.push(bytes.subarray(first));
  }

  #framing(first: number): BodyReader {
    const type = this.#mediaType;
    if (/^(?:audio|image|video)\//.test(type)) return new OpaqueBody(this.fold);
    if (first === BRACE || first === BRACKET) {
      if (isLines(type)) return new LineStream(this.fold, this.#frames);
      return new JsonBody(this.fold, this.#frames, this.#facts.stream === true);
    }
    if (type === 'text/event-stream' || EVENT_STREAM.has(first)) {
      const isText = type === 'text/plain' && this.#facts.stream !== true;
      if (!isText) return new EventStream(this.fold, this.#frames);
    }
    if (isWebPage(type, first)) {
      this.fold.findings.instead = 'web_page';
      return new OpaqueBody(this.fold);
    }
    if (type === '' || type.endsWith('json') || isLines(type)) {
      return new JsonBody(this.fold, this.#frames, false);
    }
    return new OpaqueBody(this.fold);
  }
}

function isLines(type: string): boolean {
  return JSON_LINES.test(type);
}

/** A body that is not JSON. It is complete if it ended without an error. */
class OpaqueBody implements BodyReader {
  readonly isStream = false;
  readonly #fold: Fold;

  constructor(fold: Fold) {
    this.#fold = fold;
  }

  push(): void {
    // Not parsed.
  }

  end(clean: boolean): void {
    this.#fold.findings.ended ||= clean;
  }
}
