import { ByteBuffer } from './byte-buffer.ts';
import { parseJson } from './json-text.ts';

/** Longest key that is read, bytes. No shape has a longer one. */
const MAX_KEY = 256;

/** The key of an object's member, read in pieces. */
export class JsonKey {
  readonly #bytes = new ByteBuffer(MAX_KEY);
  #fits = true;

  /** Allocated memory in bytes. */
  get capacity(): number {
    return this.#bytes.capacity;
  }

  begin(): void {
    this.#bytes.clear();
    this.#fits = true;
  }

  add(chunk: Buffer, start: number, end: number): void {
    if (this.#fits) this.#fits = this.#bytes.append(chunk, start, end);
  }

  /** The key without its escapes; null if it was too long. */
  text(): string | null {
    return this.#fits ? keyText(this.#bytes.latin1()) : null;
  }
}

function keyText(latin1: string): string {
  const decoded = /[\\\x80-\xff]/.test(latin1) ? parseJson(`"${latin1}"`) : latin1;
  return typeof decoded === 'string' ? decoded : '';
}
