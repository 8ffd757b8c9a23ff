import type { Socket } from 'node:net';
import { strictHead } from './lenient-head.ts';

const LF = 0x0a;
const CR = 0x0d;
/** What an answer begins with. Anything else goes to the parser at once, which rejects it. */
const PREFIX = Buffer.from('HTTP/');
/** Interim heads (1xx), after which another head follows. After a 101 there is no HTTP any more. */
const INTERIM = /^\s*HTTP\/\d\.\d 1(?!01)/;

/**
 * Stands between an upstream's socket and Node's parser. It holds the head of an answer until it is
 * complete and passes it on in strict form. Everything after the head passes unchanged, as do heads
 * that are strict already. A socket hands each piece that it reads to its own `push`, which is
 * replaced here: a wrapping stream would cost every chunk a copy, and the pool needs the socket.
 */
export class HeadGate {
  readonly #push: (chunk: unknown) => boolean;
  readonly #maxBytes: number;
  readonly #onAmbiguous: () => void;
  #armed = false;
  #held: Buffer = EMPTY;
  /** How much of `#held` was searched for the empty line. */
  #searched = 0;

  /**
   * @param maxBytes a longer head goes to the parser as it is
   * @param onAmbiguous called if an answer has both a length and chunked coding
   */
  constructor(socket: Socket, maxBytes: number, onAmbiguous: () => void) {
    this.#push = socket.push.bind(socket);
    this.#maxBytes = maxBytes;
    this.#onAmbiguous = onAmbiguous;
    socket.push = (chunk: unknown) => this.#take(chunk);
  }

  /** The next bytes are the head of an answer. */
  arm(): void {
    this.#armed = true;
  }

  #take(chunk: unknown): boolean {
    if (!this.#armed || !Buffer.isBuffer(chunk)) {
      if (this.#held.length > 0) this.#push(this.#release());
      return this.#push(chunk);
    }
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const out = this.#read(bytes);
    // There is nothing to parse yet.
    return out.length === 0 || this.#push(out);
  }

  /** The bytes for the parser. The start of an unfinished head is held. */
  #read(bytes: Buffer): Buffer {
    const parts: Buffer[] = [];
    let rest = bytes;
    while (this.#armed) {
      const end = this.#headEnd(rest);
      if (end === null) return this.#hold(parts, rest);
      const head = rest.toString('latin1', 0, end);
      const strict = strictHead(head);
      parts.push(strict === null ? rest.subarray(0, end) : Buffer.from(strict.text, 'latin1'));
      if (strict?.isAmbiguous === true) this.#onAmbiguous();
      rest = rest.subarray(end);
      this.#armed = INTERIM.test(head);
      this.#searched = 0;
      if (strict === null && parts.length === 1 && !this.#armed) {
        this.#held = EMPTY;
        return bytes;
      }
    }
    this.#held = EMPTY;
    return Buffer.concat([...parts, rest]);
  }

  #hold(parts: readonly Buffer[], rest: Buffer): Buffer {
    if (rest.length <= this.#maxBytes && mayBeHead(rest)) {
      this.#held = rest;
      return parts.length === 0 ? EMPTY : Buffer.concat(parts);
    }
    this.#held = EMPTY;
    this.#searched = 0;
    this.#armed = false;
    return Buffer.concat([...parts, rest]);
  }

  #release(): Buffer {
    const held = this.#held;
    this.#held = EMPTY;
    this.#searched = 0;
    this.#armed = false;
    return held;
  }

  /** Where the head ends, behind its empty line; null if that has not arrived. */
  #headEnd(bytes: Buffer): number | null {
    const start = blankEnd(bytes);
    let at = Math.max(start, this.#searched);
    for (;;) {
      const line = bytes.indexOf(LF, at);
      if (line === -1) break;
      const next = bytes[line + 1] === CR ? line + 2 : line + 1;
      if (bytes[next] === LF) return next + 1;
      if (next >= bytes.length) {
        this.#searched = line;
        return null;
      }
      at = line + 1;
    }
    this.#searched = bytes.length;
    return null;
  }
}

const EMPTY = Buffer.alloc(0);

/** The parser skips empty lines before an answer. */
function blankEnd(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at += 1;
  return at;
}

function mayBeHead(bytes: Buffer): boolean {
  const start = blankEnd(bytes);
  const begin = bytes.subarray(start, start + PREFIX.length);
  return begin.equals(PREFIX.subarray(0, begin.length));
}
