import * as zlib from 'node:zlib';

/** A sender removes these bytes from the end of each message (RFC 7692, section 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

export interface InflateLimits {
  /** A message's output beyond `freeBytes` may be at most `ratio` times its input. */
  readonly ratio: number;
  readonly freeBytes: number;
}

/**
 * Decompresses the messages of one direction (RFC 7692, section 7.2.2), outside the main thread. It
 * always keeps the sender's context, which also reads messages from a sender that keeps none.
 * Only one call may run at a time. Each call resolves when the output of its bytes was delivered,
 * with false if the data is corrupt or exceeds a limit; all later calls then return false.
 */
export class Inflater {
  readonly #limits: InflateLimits;
  readonly #onData: (bytes: Buffer) => void;
  #stream: zlib.InflateRaw | null = null;
  /** A piece that is not yet decompressed. */
  #held: Buffer | null = null;
  #bytesIn = 0;
  #bytesOut = 0;
  #isCorrupt = false;
  /** True if the message's last block was marked as the last one of the stream. */
  #isOver = false;
  #settle: (isValid: boolean) => void = () => undefined;

  constructor(limits: InflateLimits, onData: (bytes: Buffer) => void) {
    this.#limits = limits;
    this.#onData = onData;
  }

  async write(bytes: Buffer): Promise<boolean> {
    this.#bytesIn += bytes.length;
    const before = this.#held;
    // The last piece is held, so that it needs no call of its own at the end of a short message.
    this.#held = bytes;
    return before === null ? !this.#isCorrupt : this.#run(before);
  }

  /** Ends a message. */
  async end(): Promise<boolean> {
    const last = this.#held === null ? TAIL : Buffer.concat([this.#held, TAIL]);
    this.#held = null;
    const isValid = await this.#run(last);
    this.#bytesIn = 0;
    this.#bytesOut = 0;
    if (this.#isOver) this.close();
    return isValid;
  }

  /** Releases the memory and forgets the context. A call that still runs resolves. */
  close(): void {
    this.#isOver = false;
    this.#held = null;
    this.#stream?.removeAllListeners();
    this.#stream?.on('error', () => undefined);
    this.#stream?.destroy();
    this.#stream = null;
    this.#settle(!this.#isCorrupt);
  }

  /** Resolves after the output was delivered, because zlib passes it on before it calls back. */
  #run(bytes: Buffer): Promise<boolean> {
    if (this.#isCorrupt || this.#isOver) return Promise.resolve(!this.#isCorrupt);
    return new Promise((resolve) => {
      this.#settle = resolve;
      (this.#stream ??= this.#open()).write(bytes, (error) => {
        if (error) this.#fail();
        else resolve(!this.#isCorrupt);
      });
    });
  }

  #open(): zlib.InflateRaw {
    const stream = zlib.createInflateRaw();
    stream.on('data', (bytes: Buffer) => this.#deliver(bytes));
    stream.on('error', () => this.#fail());
    stream.on('end', () => {
      this.#isOver = true;
      this.#settle(!this.#isCorrupt);
    });
    return stream;
  }

  #deliver(bytes: Buffer): void {
    if (this.#isCorrupt) return;
    this.#bytesOut += bytes.length;
    const { ratio, freeBytes } = this.#limits;
    if (this.#bytesOut > freeBytes && this.#bytesOut > this.#bytesIn * ratio) this.#fail();
    else this.#onData(bytes);
  }

  #fail(): void {
    this.#isCorrupt = true;
    this.close();
  }
}
