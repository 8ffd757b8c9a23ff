/**
 * Reads the wanted parts of a JSON body. Small bodies are parsed at once, which is faster. Large,
 * unusual or unfinished ones go through the scanner, with the same result.
 */
import { ByteBuffer } from './byte-buffer.ts';
import { pick } from './json-pick.ts';
import type { ObjectShape, ScanSink } from './json-shape.ts';
import { JsonScanner } from './json-scanner.ts';

/**
 * Largest body that is parsed at once, bytes. For larger ones, parsing costs more than setting up
 * the scanner, because it creates objects for tools and vectors, which the scanner skips.
 */
export const MAX_WHOLE = 4 * 1024;

export class JsonReader {
  readonly #root: ObjectShape;
  readonly #sink: ScanSink;
  /** The bytes so far, until they form a document or go to the scanner. */
  readonly #held = new ByteBuffer(MAX_WHOLE);
  /** True once a document was parsed. Any bytes after it are scanned. */
  #isRead = false;
  #scanner: JsonScanner | null = null;
  readonly #digests: boolean;

  /**
   * @param digests true if the digests of the shape are needed. Bodies are then always scanned,
   * because digests are of the bytes as they came
   */
  constructor(root: ObjectShape, sink: ScanSink, digests = false) {
    this.#root = root;
    this.#sink = sink;
    this.#digests = digests;
  }

  /** Number of complete top-level values. */
  get documents(): number {
    return this.#scanner?.documents ?? Number(this.#isRead);
  }

  /** True if there is at least one top-level value and none is unfinished. */
  get complete(): boolean {
    return this.#scanner?.complete ?? this.#isRead;
  }

  /** The wanted parts of the current object so far. Sends the buffered bytes to the scanner. */
  get unfinished(): unknown {
    if (this.#held.length > 0) this.#scan();
    return this.#scanner?.unfinished;
  }

  /** Bytes of input held back; tests check the limit with it. */
  get retainedBytes(): number {
    return this.#held.capacity + (this.#scanner?.retainedBytes ?? 0);
  }

  push(chunk: Buffer): void {
    if (this.#scanner !== null || this.#isRead || this.#digests) {
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

  /** Ends the input, which completes a bare number or word at the top level. */
  end(): void {
    if (this.#held.length > 0) this.#scan();
    this.#scanner?.end();
  }

  /**
   * Switches to the scanner and passes it all buffered bytes, so that parsing is tried only once.
   */
  #scan(): JsonScanner {
    if (this.#scanner === null) {
      const documents = Number(this.#isRead);
      this.#scanner = new JsonScanner(this.#root, this.#sink, documents, this.#digests);
      this.#scanner.push(this.#held.view());
      this.#held.clear();
    }
    return this.#scanner;
  }

  /** Parses the bytes as one document; returns false if they are not one. */
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

  /**
   * The wanted parts of a document, or of each element if it is an array; null if parsing fails.
   */
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

/** True if an object or array may end with this chunk. */
function endsInBracket(chunk: Buffer): boolean {
  let last = chunk.length - 1;
  while (BLANKS.has(chunk[last] ?? 0)) last -= 1;
  return chunk[last] === 0x7d || chunk[last] === 0x5d;
}
