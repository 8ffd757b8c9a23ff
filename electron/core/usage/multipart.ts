/**
 * Reads the model from a form upload (transcriptions, image edits) as it passes. Short fields are
 * kept; files are only searched for their end.
 */
import { ByteBuffer } from './byte-buffer.ts';
import type { RequestFacts, RequestReader } from './extractor.ts';
import { text } from './json-text.ts';
import { parameter } from './media-type.ts';
import { modelInPath } from './model-path.ts';
import { NO_FACTS } from './request.ts';

const MAX_HEADERS = 8 * 1024;
const MAX_FIELD = 1024;
const HEADERS_END = Buffer.from('\r\n\r\n');

/** Fields that are needed for metering. */
const WANTED = new Set(['model', 'stream']);

export class MultipartRequestReader implements RequestReader {
  readonly #endpoint: string;
  /** The bytes before each part and after the last: a line break, two dashes, the boundary. */
  readonly #delimiter: Buffer;
  readonly #fields = new Map<string, string>();
  /** Bytes that may be the start of a delimiter, or the headers of a part. */
  readonly #carry: ByteBuffer;
  readonly #field = new ByteBuffer(MAX_FIELD);
  #state: 'headers' | 'body' | 'over' = 'body';
  #name: string | null = null;
  #fits = true;

  /** @param boundary the parameter of the Content-Type header; empty if it is missing */
  constructor(boundary: string, endpoint: string) {
    this.#endpoint = endpoint;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    this.#carry = new ByteBuffer(MAX_HEADERS + this.#delimiter.length);
    // The first delimiter has no line break before it. Adding one makes all delimiters equal.
    this.#carry.append(Buffer.from('\r\n'), 0, 2);
    if (boundary === '' || boundary.length > 200) this.#state = 'over';
  }

  push(chunk: Uint8Array): void {
    if (this.#state === 'over') return;
    const held = this.#carry.length;
    let rest = Buffer.concat([this.#carry.view(), chunk]);
    this.#carry.clear();
    if (held === 0 && rest.length === 0) return;
    for (;;) {
      const next = this.#state === 'headers' ? this.#readHeaders(rest) : this.#readBody(rest);
      if (next === null) return;
      rest = rest.subarray(next);
    }
  }

  facts(): RequestFacts {
    const stream = this.#fields.get('stream');
    const isStream = stream === undefined ? null : /^(?:true|1)$/i.test(stream);
    return {
      ...NO_FACTS,
      model: modelInPath(this.#endpoint) ?? text(this.#fields.get('model')),
      stream: isStream ?? (this.#state === 'over' ? false : null),
    };
  }

  /** Reads a part's headers. Returns the start of its body, or null if more bytes are needed. */
  #readHeaders(bytes: Buffer): number | null {
    if (bytes.subarray(0, 2).toString('latin1') === '--') return this.#stop();
    const end = bytes.indexOf(HEADERS_END);
    if (end === -1) {
      if (!this.#carry.append(bytes, 0, bytes.length)) this.#stop();
      return null;
    }
    const headers = bytes.toString('utf8', 0, end);
    const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1];
    const name = parameter(disposition, 'name');
    const isFile = parameter(disposition, 'filename') !== null;
    this.#name = name !== null && !isFile && WANTED.has(name) ? name : null;
    this.#field.clear();
    this.#fits = true;
    this.#state = 'body';
    // Keeps the last line break, because the delimiter of an empty body begins with it.
    return end + 2;
  }

  /** Searches for a part's end. Returns the start of the next part's headers. */
  #readBody(bytes: Buffer): number | null {
    const end = bytes.indexOf(this.#delimiter);
    const keep = Math.min(bytes.length, this.#delimiter.length - 1);
    const upTo = end === -1 ? bytes.length - keep : end;
    if (this.#name !== null && this.#fits) this.#fits = this.#field.append(bytes, 0, upTo);
    if (end === -1) {
      this.#carry.append(bytes, upTo, bytes.length);
      return null;
    }
    if (this.#name !== null && this.#fits) {
      const value = this.#field.view().toString('utf8');
      this.#fields.set(this.#name, value.replace(/^\r\n/, '').trim());
    }
    this.#name = null;
    this.#state = 'headers';
    return end + this.#delimiter.length;
  }

  #stop(): null {
    this.#state = 'over';
    return null;
  }
}
