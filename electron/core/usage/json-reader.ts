/**
 * Reads a body of JSON for its wanted parts: a small one natively and in one go, which is faster;
 * a large, unusual or unfinished one through the scanner, which finds the same.
 */
import { ByteBuffer } from './byte-buffer.ts';
import { pick } from './json-pick.ts';
import type { ScanSink } from './json-scanner.ts';
import { JsonScanner } from './json-scanner.ts';
import type { ObjectShape } from './json-shape.ts';

/**
 * Larger bodies are scanned as they pass. Parsing pays for small ones, by the cost of setting the
 * scanner up; beyond, it makes objects of tools and vectors that the scanner only skips.
 */
export const MAX_WHOLE = 4 * 1024;

export class JsonReader {
  readonly #root: ObjectShape;
  readonly #sink: ScanSink;
  /** What came so far, until it makes a document or goes to the scanner. */
  readonly #held = new ByteBuffer(MAX_WHOLE);
  /** A document was read natively; whatever follows it is scanned. */
  #isRead = false;
  #scanner: JsonScanner | null = null;

  constructor(root: ObjectShape, sink: ScanSink) {
    this.#root = root;
    this.#sink = sink;
  }

  /** Top-level values that ended. */
  get documents(): number {
    return this.#scanner?.documents ?? Number(this.#isRead);
  }

  /** At least one top-level value, and nothing unfinished. */
  get complete(): boolean {
    return this.#scanner?.complete ?? this.#isRead;
  }

  /** The wanted parts of the object being read, so far. To tell, what is held must be scanned. */
  get unfinished(): unknown {
    if (this.#held.length > 0) this.#scan();
    return this.#scanner?.unfinished;
  }

  /** Bytes of input held back, for tests of the bound. */
  get retainedBytes(): number {
    return this.#held.capacity + (this.#scanner?.retainedBytes ?? 0);
  }

  push(chunk: Buffer): void {
    if (this.#scanner !== null || this.#isRead) {
      this.#scan().push(chunk);
      return;
    }
    const isFirst = this.#held.length === 0;
    const mayEnd = endsInBracket(chunk);
    if (isFirst && mayEnd && chunk.length <= MAX_WHOLE) {
      if (!this.#readWhole(chunk)) this.#scan().push(chunk);
    } else if (!this.#held.append(chunk, 0, chunk.length)) this.#scan().push(chunk);
    else if (mayEnd && !this.#readWhole(this.#held.view())) this.#scan();
  }

  /** No more bytes: a bare number or word at the top level ends here. */
  end(): void {
    if (this.#held.length > 0) this.#scan();
    this.#scanner?.end();
  }

  /** Goes over to the scanner, with all that is held: a body is tried but once to be parsed. */
  #scan(): JsonScanner {
    if (this.#scanner === null) {
      this.#scanner = new JsonScanner(this.#root, this.#sink, Number(this.#isRead));
      this.#scanner.push(this.#held.view());
      this.#held.clear();
    }
    return this.#scanner;
  }

  /** Reads the one document that the bytes make up; false if they make up none. */
  #readWhole(bytes: Buffer): boolean {
    const values = this.#values(bytes);
    if (values === null) return false;
    this.#held.clear();
    this.#isRead = true;
    for (const [value, index] of values) {
      if (value !== undefined) this.#sink.value(value, index);
    }
    return true;
  }

  /** The wanted parts of a document, or of each element of an array; null if it cannot be parsed. */
  #values(bytes: Buffer): [value: unknown, index: number][] | null {
    const part = (value: unknown): unknown =>
      pick(value, this.#root, (name, met) => this.#sink.visit?.(name, met));
    try {
      const document = JSON.parse(bytes.toString()) as unknown;
      if (!Array.isArray(document)) return [[part(document), -1]];
      return document.map((element: unknown, index) => [part(element), index]);
    } catch {
      return null;
    }
  }
}

const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Whether an object or array may end with this chunk. */
function endsInBracket(chunk: Buffer): boolean {
  let last = chunk.length - 1;
  while (BLANKS.has(chunk[last] ?? 0)) last -= 1;
  return chunk[last] === 0x7d || chunk[last] === 0x5d;
}
