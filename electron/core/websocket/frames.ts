/**
 * Splits one direction of a WebSocket connection into messages (RFC 6455, section 5). The reader
 * only observes: it never answers, and an error ends the reading, not the connection. No payload is
 * held, so a message of any length costs the same memory.
 */

export type MessageKind = 'text' | 'binary';

/** Receives the messages of one direction, piece by piece. */
export interface FrameSink {
  /** A message begins. `isCompressed` is RSV1 of its first frame (RFC 7692, section 6). */
  begin(kind: MessageKind, isCompressed: boolean): void;
  /**
   * A piece of the payload, unmasked. It may share its memory with the chunk that was pushed, so it
   * must not be modified.
   */
  data(bytes: Buffer): void;
  end(): void;
  /** A Close frame. No message follows it. */
  close(): void;
}

const CONTINUATION = 0x0;
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
/** Longest payload of a control frame. */
const MAX_CONTROL = 125;
/** Two bytes, a length of 64 bits and the masking key. */
const MAX_HEAD = 14;

export class FrameReader {
  readonly #sink: FrameSink;
  /** True if an extension was negotiated that uses RSV1. */
  readonly #mayCompress: boolean;
  readonly #head = Buffer.alloc(MAX_HEAD);
  #headBytes = 0;
  #opcode = CONTINUATION;
  #isFinal = false;
  /** Payload bytes of the current frame that are still to come. */
  #left = 0;
  readonly #mask = Buffer.alloc(4);
  #isMasked = false;
  /** Position in the frame's payload, which determines the next byte of the masking key. */
  #position = 0;
  #isInMessage = false;
  #state: 'open' | 'closed' | 'invalid' = 'open';

  constructor(sink: FrameSink, mayCompress: boolean) {
    this.#sink = sink;
    this.#mayCompress = mayCompress;
  }

  /** True once the bytes broke the protocol. All later bytes are ignored. */
  get isInvalid(): boolean {
    return this.#state === 'invalid';
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#state === 'open') {
      at = this.#left > 0 ? this.#readPayload(chunk, at) : this.#readHead(chunk, at);
    }
  }

  #readHead(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      this.#head[this.#headBytes] = chunk[at] ?? 0;
      this.#headBytes += 1;
      if (this.#headBytes < 2 || this.#headBytes < headLength(this.#head[1] ?? 0)) continue;
      this.#headBytes = 0;
      this.#beginFrame();
      return at + 1;
    }
    return chunk.length;
  }

  #beginFrame(): void {
    const first = this.#head[0] ?? 0;
    const second = this.#head[1] ?? 0;
    const length = payloadLength(this.#head);
    this.#opcode = first & 0x0f;
    this.#isFinal = (first & 0x80) !== 0;
    this.#isMasked = (second & 0x80) !== 0;
    this.#position = 0;
    if (length === null || !this.#isAllowed(first & 0x70, length)) {
      this.#state = 'invalid';
      return;
    }
    if (this.#isMasked) this.#head.copy(this.#mask, 0, headLength(second) - 4, headLength(second));
    this.#left = length;
    if (this.#opcode === TEXT || this.#opcode === BINARY) {
      this.#isInMessage = true;
      this.#sink.begin(this.#opcode === TEXT ? 'text' : 'binary', (first & 0x40) !== 0);
    }
    if (length === 0) this.#endFrame();
  }

  /** Whether a frame with these reserved bits may come now (RFC 6455, 5.2, 5.4 and 5.5). */
  #isAllowed(reserved: number, length: number): boolean {
    const isFirst = this.#opcode === TEXT || this.#opcode === BINARY;
    if (reserved !== 0 && !(reserved === 0x40 && isFirst && this.#mayCompress)) return false;
    if (isFirst) return !this.#isInMessage;
    if (this.#opcode === CONTINUATION) return this.#isInMessage;
    const isControl = this.#opcode === CLOSE || this.#opcode === PING || this.#opcode === PONG;
    return isControl && this.#isFinal && length <= MAX_CONTROL;
  }

  #readPayload(chunk: Buffer, from: number): number {
    const to = Math.min(chunk.length, from + this.#left);
    this.#left -= to - from;
    if (this.#opcode < CLOSE) {
      const bytes = chunk.subarray(from, to);
      this.#sink.data(this.#isMasked ? unmasked(bytes, this.#mask, this.#position) : bytes);
      this.#position += to - from;
    }
    if (this.#left === 0) this.#endFrame();
    return to;
  }

  #endFrame(): void {
    if (this.#opcode === CLOSE) {
      this.#state = 'closed';
      this.#sink.close();
    } else if (this.#opcode < CLOSE && this.#isFinal) {
      this.#isInMessage = false;
      this.#sink.end();
    }
  }
}

/** Length of a frame's head in bytes. `second` is its second byte. */
function headLength(second: number): number {
  const length = second & 0x7f;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  return 2 + extended + ((second & 0x80) === 0 ? 0 : 4);
}

/** Length of a frame's payload in bytes; null if it is too large to be counted. */
function payloadLength(head: Buffer): number | null {
  const length = (head[1] ?? 0) & 0x7f;
  if (length === 126) return head.readUInt16BE(2);
  if (length < 126) return length;
  const large = head.readUInt32BE(2) * 2 ** 32 + head.readUInt32BE(6);
  return Number.isSafeInteger(large) ? large : null;
}

/** A copy of masked bytes without their mask (RFC 6455, 5.3). They begin at `position`. */
function unmasked(bytes: Buffer, mask: Buffer, position: number): Buffer {
  // A new buffer has its memory at a multiple of four, so that it can be read as words.
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  bytes.copy(copy);
  const key = Buffer.from(new ArrayBuffer(4));
  for (let i = 0; i < 4; i += 1) key[i] = mask[(position + i) & 3] ?? 0;
  const word = new Uint32Array(key.buffer)[0] ?? 0;
  const words = new Uint32Array(copy.buffer, 0, copy.length >> 2);
  for (let i = 0; i < words.length; i += 1) words[i] = (words[i] ?? 0) ^ word;
  for (let i = words.length * 4; i < copy.length; i += 1)
    copy[i] = (copy[i] ?? 0) ^ (key[i & 3] ?? 0);
  return copy;
}
