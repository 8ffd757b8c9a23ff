import { createDecoder } from '../usage/decode.ts';
import type { Decoder, DecodeOutcome } from '../usage/decode.ts';

/**
 * Passes one body to its reader: synchronously if it is uncompressed, otherwise later, after a copy
 * was decoded.
 */
export class BodyReading {
  readonly #read: (chunk: Buffer) => void;
  /** Null if the body needs no decoding. */
  readonly #decoder: Decoder | null;
  /** An error thrown by the reader for decoded bytes. It has no caller to catch it. */
  #failure: { readonly error: unknown } | null = null;

  /**
   * `encoding` is the value of the Content-Encoding header. A body that cannot be decoded is not
   * read.
   */
  constructor(encoding: string | undefined, read: (chunk: Buffer) => void) {
    this.#read = read;
    const isPlain = encoding === undefined || /^\s*(identity)?\s*$/i.test(encoding);
    this.#decoder = isPlain
      ? null
      : (createDecoder(encoding, (chunk) => this.#readDecoded(chunk)) ?? UNREADABLE);
  }

  /** True if bytes are read synchronously, so that nothing is outstanding at the end. */
  get isDirect(): boolean {
    return this.#decoder === null;
  }

  push(chunk: Buffer): void {
    if (this.#decoder === null) this.#read(chunk);
    else this.#decoder.push(chunk);
  }

  /** Resolves when all decodable bytes were read. Rejects with the reader's error. */
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

/** Accepts a body in an unsupported encoding and reads nothing. */
const UNREADABLE: Decoder = {
  push: () => undefined,
  end: () => Promise.resolve('unreadable'),
};
