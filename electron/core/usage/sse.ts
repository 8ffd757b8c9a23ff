/** Assembles the lines of an event stream into events, according to the HTML standard. */
import type { LineSink } from './lines.ts';
import { MAX_LINE } from './lines.ts';

export interface EventSink {
  /**
   * An event. Its data is `line` from position `from`, one character per byte, maybe followed by
   * white space. `name` is empty if the event has none.
   */
  event(line: string, from: number, name: string): void;
  /** A part of an event's data that is too large to buffer. */
  largeData(bytes: Buffer): void;
  /** The end of such an event. */
  largeEnd(name: string): void;
  /** A line with an unknown field, which the standard says to ignore. */
  stray(line: string): void;
}

const SPACE = 0x20;
const CR = 0x0d;
const NEWLINE = Buffer.from('\n');

export class EventAssembler implements LineSink {
  readonly #sink: EventSink;
  /** The data so far: a whole line with its field name, or several joined. */
  #line: string | null = null;
  #from = 0;
  #name = '';
  #isLarge = false;
  /** Inside a line too long to buffer: whether it is a data line. Otherwise null. */
  #inLongData: boolean | null = null;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  line(line: string): void {
    if (line.startsWith('data:')) this.#addData(line);
    else if (line === '' || line === '\r') this.#dispatch();
    else if (line.startsWith('event:')) this.#name = fieldValue(line, 6);
    else if (line.charCodeAt(0) !== 0x3a && !/^(?:id|retry)(?:\r|:|$)/.test(line)) {
      this.#sink.stray(line);
    }
  }

  part(bytes: Buffer, last: boolean): void {
    if (this.#inLongData === null) {
      this.#inLongData = bytes.toString('latin1', 0, 5) === 'data:';
      if (this.#inLongData) {
        this.#beginLarge();
        this.#sink.largeData(bytes.subarray(bytes[5] === SPACE ? 6 : 5));
      }
    } else if (this.#inLongData) this.#sink.largeData(bytes);
    if (last) this.#inLongData = null;
  }

  /** Ends the input. An event without its blank line still counts. */
  end(): void {
    this.#dispatch();
  }

  #addData(line: string): void {
    const from = line.charCodeAt(5) === SPACE ? 6 : 5;
    if (this.#line === null && !this.#isLarge) {
      this.#line = line;
      this.#from = from;
      return;
    }
    if (this.#line !== null && this.#line.length + line.length <= MAX_LINE) {
      this.#line = `${this.#line.slice(this.#from)}\n${line.slice(from)}`;
      this.#from = 0;
      return;
    }
    this.#beginLarge();
    this.#sink.largeData(Buffer.from(line.slice(from), 'latin1'));
  }

  /** Passes on the buffered start of the event before the parts that are not buffered. */
  #beginLarge(): void {
    const isFirst = this.#line === null && !this.#isLarge;
    if (this.#line !== null) {
      this.#sink.largeData(Buffer.from(this.#line.slice(this.#from), 'latin1'));
      this.#line = null;
    }
    if (!isFirst) this.#sink.largeData(NEWLINE);
    this.#isLarge = true;
  }

  #dispatch(): void {
    if (this.#line !== null) this.#sink.event(this.#line, this.#from, this.#name);
    else if (this.#isLarge) this.#sink.largeEnd(this.#name);
    this.#line = null;
    this.#isLarge = false;
    this.#name = '';
  }
}

function fieldValue(line: string, after: number): string {
  const from = line.charCodeAt(after) === SPACE ? after + 1 : after;
  const to = line.charCodeAt(line.length - 1) === CR ? line.length - 1 : line.length;
  return line.slice(from, to);
}
