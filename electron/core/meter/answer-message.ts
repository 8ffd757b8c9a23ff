import { JsonReader } from '../usage/json-reader.ts';
import type { ObjectShape } from '../usage/json-shape.ts';
import type { JsonObject } from '../usage/json-text.ts';
import { isObject } from '../usage/json-text.ts';

/** A message of an answer, such as one of a WebSocket. */
export interface AnswerMessage {
  /** The parts of it that are needed. */
  readonly value: JsonObject;
  /** Length of the message in bytes. */
  readonly bytes: number;
  /** Its beginning, as long as captures need it, and a line feed. */
  readonly excerpt: Buffer;
}

const LINE_FEED = Buffer.from('\n');

/** Reads one message, piece by piece. Its memory is bounded for any length. */
export class AnswerMessageReader {
  readonly #reader: JsonReader;
  readonly #captureBytes: number;
  readonly #excerpt: Buffer[] = [];
  #kept = 0;
  #bytes = 0;
  #value: unknown = null;

  /** `captureBytes` is the most that the excerpt may have. */
  constructor(shape: ObjectShape, captureBytes: number) {
    this.#captureBytes = captureBytes;
    this.#reader = new JsonReader(shape, {
      value: (value) => {
        this.#value ??= value;
      },
    });
  }

  push(bytes: Buffer): void {
    this.#bytes += bytes.length;
    this.#reader.push(bytes);
    const room = this.#captureBytes - this.#kept;
    if (room <= 0) return;
    const part = bytes.subarray(0, room);
    this.#kept += part.length;
    this.#excerpt.push(part);
  }

  /** Ends the message. Null if it is not a JSON object. */
  end(): AnswerMessage | null {
    this.#reader.end();
    if (!isObject(this.#value)) return null;
    const excerpt = Buffer.concat([...this.#excerpt, LINE_FEED]);
    return { value: this.#value, bytes: this.#bytes, excerpt };
  }
}
