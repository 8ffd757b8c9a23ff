import { createDecoder } from '../usage/decode.ts';
import type { Decoder, DecodeOutcome } from '../usage/decode.ts';

/**
 * One body on its way to its reader: at once where it came as it is, a little later where it came
 * compressed and a copy is decoded first.
 */
export class BodyReading {
  readonly #read: (chunk: Buffer) => void;
  /** Null where bytes are read as they are. */
  readonly #decoder: Decoder | null;
  /** What the reader threw while it was given decoded bytes, which no caller waits for. */
  #failure: { readonly error: unknown } | null = null;

  /** `encoding` is the Content-Encoding header's value. A body that cannot be decoded passes unread. */
  constructor(encoding: string | undefined, read: (chunk: Buffer) => void) {
    this.#read = read;
    const isPlain = encoding === undefined || /^\s*(identity)?\s*$/i.test(encoding);
    this.#decoder = isPlain
      ? null
      : (createDecoder(encoding, (chunk) => this.#readDecoded(chunk)) ?? UNREADABLE);
  }

  /** Bytes are read as they come: nothing is outstanding at the end. */
  get isDirect(): boolean {
    return this.#decoder === null;
  }

  push(chunk: Buffer): void {
    if (this.#decoder === null) this.#read(chunk);
    else this.#decoder.push(chunk);
  }

  /** Resolves once all that can be decoded was read. Rejects with what the reader threw. */
  async end(): Promise<DecodeOutcome> {
    const outcome = (await this.#decoder?.end()) ?? 'whole';
    if (this.#failure !== null) throw this.#failure.error;
    return outcome;
  }

  #readDecoded(chunk: Buffer): void {
    if (this.#failure !== null) return;
    try {
      this.#read(chunk);
    } catch (error) {
      this.#failure = { error };
    }
  }
}

/** Takes a body that no runtime part here can decode, and reads nothing of it. */
const UNREADABLE: Decoder = {
  push: () => undefined,
  end: () => Promise.resolve('unreadable'),
};
