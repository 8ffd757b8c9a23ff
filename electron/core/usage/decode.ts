/**
 * Decodes a copy of a compressed body. The client's bytes are never changed. If decoding is too
 * slow, the output grows too large or the data is corrupt, decoding stops and the body counts as
 * unreadable.
 */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/**
 * How far a body could be decoded: completely; up to the point where it was cut off; or not,
 * because it is corrupt or exceeded a limit.
 */
export type DecodeOutcome = 'whole' | 'truncated' | 'unreadable';

export interface Decoder {
  push(chunk: Uint8Array): void;
  /** Ends the input. Resolves when all decodable data was delivered; never rejects. */
  end(): Promise<DecodeOutcome>;
}

export interface DecodeLimits {
  /** Most bytes waiting for the decoder. */
  readonly pendingBytes: number;
  /** Output beyond `freeBytes` may be at most `ratio` times the input. */
  readonly ratio: number;
  readonly freeBytes: number;
}

export const DECODE_LIMITS: DecodeLimits = {
  pendingBytes: 8 * 1024 * 1024,
  ratio: 400,
  freeBytes: 16 * 1024 * 1024,
};

/** Most encodings applied one after another. Real traffic has no more. */
const MAX_STAGES = 3;

/**
 * Creates a decoder for the value of a Content-Encoding header. Chunks arrive at `onData` in order:
 * synchronously without an encoding, else later.
 *
 * @returns null if this runtime does not support the encoding
 */
export function createDecoder(
  encoding: string | undefined,
  onData: (chunk: Buffer) => void,
  limits: DecodeLimits = DECODE_LIMITS,
): Decoder | null {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length === 0) return new PlainDecoder(onData);
  if (names.length > MAX_STAGES || !names.every(isSupported)) return null;
  // The encoding that was applied last is listed last and must be removed first.
  return new ZlibDecoder(names.reverse(), onData, limits);
}

/** Node has it since 22.15. It is typed here because older supported runtimes lack it. */
const createZstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;

function isSupported(name: string): boolean {
  return ['gzip', 'x-gzip', 'deflate', 'br'].includes(name) || (name === 'zstd' && !!createZstd);
}

function createStage(name: string, firstByte: number): Transform {
  if (name === 'br') return zlib.createBrotliDecompress();
  if (name === 'zstd' && createZstd !== undefined) return createZstd();
  if (name !== 'deflate') return zlib.createGunzip();
  // The standard requires a zlib wrapper, but some servers send raw deflate. Its first byte
  // differs.
  return (firstByte & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw();
}

class PlainDecoder implements Decoder {
  readonly #onData: (chunk: Buffer) => void;

  constructor(onData: (chunk: Buffer) => void) {
    this.#onData = onData;
  }

  push(chunk: Uint8Array): void {
    this.#onData(asBuffer(chunk));
  }

  end(): Promise<DecodeOutcome> {
    return Promise.resolve('whole');
  }
}

class ZlibDecoder implements Decoder {
  readonly #names: readonly string[];
  readonly #onData: (chunk: Buffer) => void;
  readonly #limits: DecodeLimits;
  /** Created with a stage's first bytes, which show which decoder is needed. */
  readonly #stages: Transform[] = [];
  #pending = 0;
  #bytesIn = 0;
  #bytesOut = 0;
  #outcome: DecodeOutcome | null = null;
  #settle: (outcome: DecodeOutcome) => void = () => undefined;
  readonly #settled = new Promise<DecodeOutcome>((resolve) => {
    this.#settle = resolve;
  });

  constructor(names: readonly string[], onData: (chunk: Buffer) => void, limits: DecodeLimits) {
    this.#names = names;
    this.#onData = onData;
    this.#limits = limits;
  }

  push(chunk: Uint8Array): void {
    if (this.#outcome !== null || chunk.length === 0) return;
    this.#bytesIn += chunk.length;
    this.#feed(0, asBuffer(chunk));
  }

  end(): Promise<DecodeOutcome> {
    if (this.#outcome === null) {
      const [first] = this.#stages;
      // An answer to HEAD has no body.
      if (first === undefined) this.#finish('whole');
      else first.end();
    }
    return this.#settled;
  }

  #feed(index: number, chunk: Buffer): void {
    if (this.#outcome !== null) return;
    this.#pending += chunk.length;
    if (this.#pending > this.#limits.pendingBytes) {
      this.#finish('unreadable');
      return;
    }
    const stage = (this.#stages[index] ??= this.#open(index, chunk[0] ?? 0));
    stage.write(chunk, () => {
      this.#pending -= chunk.length;
    });
  }

  #open(index: number, firstByte: number): Transform {
    const stage = createStage(this.#names[index] ?? '', firstByte);
    const isLast = index === this.#names.length - 1;
    stage.on('data', (chunk: Buffer) => {
      if (isLast) this.#deliver(chunk);
      else this.#feed(index + 1, chunk);
    });
    stage.on('error', (error: NodeJS.ErrnoException) => {
      const isShort = error.code === 'Z_BUF_ERROR' || /unexpected end/i.test(error.message);
      this.#finish(isShort ? 'truncated' : 'unreadable');
    });
    stage.on('end', () => {
      const next = this.#stages[index + 1];
      if (next === undefined) this.#finish(isLast ? 'whole' : 'truncated');
      else next.end();
    });
    return stage;
  }

  #deliver(chunk: Buffer): void {
    if (this.#outcome !== null) return;
    this.#bytesOut += chunk.length;
    const { ratio, freeBytes } = this.#limits;
    if (this.#bytesOut > freeBytes && this.#bytesOut > this.#bytesIn * ratio) {
      this.#finish('unreadable');
    } else this.#onData(chunk);
  }

  #finish(outcome: DecodeOutcome): void {
    if (this.#outcome !== null) return;
    this.#outcome = outcome;
    for (const stage of this.#stages) {
      stage.on('error', () => undefined);
      stage.destroy();
    }
    this.#settle(outcome);
  }
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk)
    ? chunk
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
