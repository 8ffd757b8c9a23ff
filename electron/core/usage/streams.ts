/** The two framings of streams: server-sent events and NDJSON. */
import type { BodyReader, Fold } from './fold.ts';
import type { FrameCounter } from './frame-counter.ts';
import { JsonScanner } from './json-scanner.ts';
import { at, parseJson } from './json-text.ts';
import type { LineSink } from './lines.ts';
import { LineSplitter } from './lines.ts';
import type { EventSink } from './sse.ts';
import { EventAssembler } from './sse.ts';

/** `[DONE]`, with optional white space around it. */
const DONE = /^\s*\[DONE\]\s*$/;

/** A frame too large to buffer. It is read through the scanner and delivered at its end. */
class LargeFrame {
  readonly #fold: Fold;
  readonly #frames: FrameCounter;
  #scanner: JsonScanner | null = null;
  #values: [value: unknown, index: number][] = [];

  constructor(fold: Fold, frames: FrameCounter) {
    this.#fold = fold;
    this.#frames = frames;
  }

  push(bytes: Buffer): void {
    this.#scanner ??= new JsonScanner(this.#fold.shape, {
      value: (value, index) => {
        if (this.#values.length < 64) this.#values.push([value, index]);
      },
    });
    this.#scanner.push(bytes);
  }

  /** @param isLate true if it comes after the end of the answer */
  end(event: string, isLate = false): void {
    this.#scanner?.end();
    if (this.#scanner?.complete === true) {
      for (const [value, index] of this.#values) {
        if (isLate) this.#frames.late(value);
        else this.#frames.value(value, { event, streamed: true, index });
      }
    }
    this.#scanner = null;
    this.#values = [];
  }
}

/** NDJSON: each line is a frame. */
export class LineStream implements BodyReader, LineSink {
  readonly isStream = true;
  readonly #frames: FrameCounter;
  readonly #large: LargeFrame;
  readonly #lines = new LineSplitter(this, false);
  #isOver = false;

  constructor(fold: Fold, frames: FrameCounter) {
    this.#frames = frames;
    this.#large = new LargeFrame(fold, frames);
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#isOver = true;
    this.#lines.end();
    this.#frames.end();
  }

  line(line: string): void {
    // The rest of a stream may be an incomplete frame, so it must be parsed.
    if (!this.#isOver && this.#frames.isOrdinary(line, 0, '')) return;
    if (line !== '') this.#frames.text(line, '');
  }

  part(bytes: Buffer, last: boolean): void {
    this.#large.push(bytes);
    if (last) this.#large.end('');
  }
}

/** Server-sent events: each event's data is a frame, until `[DONE]`. */
export class EventStream implements BodyReader, EventSink {
  readonly isStream = true;
  readonly #fold: Fold;
  readonly #frames: FrameCounter;
  readonly #large: LargeFrame;
  readonly #events = new EventAssembler(this);
  readonly #lines = new LineSplitter(this.#events, true);
  #isOver = false;
  #done = false;

  constructor(fold: Fold, frames: FrameCounter) {
    this.#fold = fold;
    this.#frames = frames;
    this.#large = new LargeFrame(fold, frames);
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#isOver = true;
    this.#lines.end();
    this.#events.end();
    if (!this.#done) this.#frames.end();
  }

  event(line: string, from: number, name: string): void {
    // Events after `[DONE]` do not belong to the answer.
    if (this.#done) {
      this.#frames.lateText(line, from);
      return;
    }
    // The rest of a stream may be an incomplete frame, so it must be parsed.
    if (!this.#isOver && this.#frames.isOrdinary(line, from, name)) return;
    if (name === 'error') this.#fold.findings.failed = true;
    const data = line.slice(from);
    if (DONE.test(data)) {
      this.#done = true;
      this.#fold.done?.();
    } else this.#frames.text(data, name);
  }

  largeData(bytes: Buffer): void {
    this.#large.push(bytes);
  }

  largeEnd(name: string): void {
    if (name === 'error' && !this.#done) this.#fold.findings.failed = true;
    this.#large.end(name, this.#done);
  }

  /** Older llama.cpp builds send `error: {…}` lines; llama-swap can send a bare error object. */
  stray(line: string): void {
    if (this.#done) return;
    const isField = line.startsWith('error:');
    const value =
      line.startsWith('{') || isField ? parseJson(isField ? line.slice(6) : line) : null;
    const isError = isField ? Boolean(value) : Boolean(at(value, 'error'));
    if (isError) this.#fold.findings.failed = true;
  }
}
