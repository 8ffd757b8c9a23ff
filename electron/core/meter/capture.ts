import type { Settings } from '../../../shared/settings.ts';
import type { CaptureContent, CapturedMessage, HeaderList } from './capture-content.ts';

export type CaptureSettings = Settings['captures'];

/** The first part of a body, and the length of the whole body. */
class Excerpt {
  readonly #limit: number;
  readonly #parts: Buffer[] = [];
  #kept = 0;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `length` is the length of the whole part if `chunk` is only its beginning. */
  push(chunk: Uint8Array, length = chunk.length): void {
    this.#length += length;
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    // A copy, because a slice would keep the memory of the whole chunk alive.
    const part = Buffer.from(chunk.subarray(0, room));
    this.#kept += part.length;
    this.#parts.push(part);
  }

  message(headers: HeaderList): CapturedMessage {
    return { headers, body: Buffer.concat(this.#parts), bodyBytes: this.#length };
  }
}

/** The parts of one exchange that the settings ask to keep. Bodies are kept decoded. */
export class Capture {
  readonly #settings: CaptureSettings;
  readonly #requestHeaders: HeaderList;
  #responseHeaders: HeaderList = [];
  readonly #request: Excerpt;
  readonly #response: Excerpt;

  constructor(settings: CaptureSettings, rawRequestHeaders: readonly string[]) {
    this.#settings = settings;
    this.#requestHeaders = settings.requestHeaders ? pairs(rawRequestHeaders) : [];
    this.#request = new Excerpt(settings.requestBody ? settings.maxBodyBytes : 0);
    this.#response = new Excerpt(settings.responseBody ? settings.maxBodyBytes : 0);
  }

  request(chunk: Uint8Array): void {
    if (this.#settings.requestBody) this.#request.push(chunk);
  }

  responseHead(rawHeaders: readonly string[]): void {
    if (this.#settings.responseHeaders) this.#responseHeaders = pairs(rawHeaders);
  }

  /** `length` is the length of the whole part if `chunk` is only its beginning. */
  response(chunk: Uint8Array, length = chunk.length): void {
    if (this.#settings.responseBody) this.#response.push(chunk, length);
  }

  /** Not redacted yet: that takes time, and is done where it is stored. */
  content(): CaptureContent {
    const { redactHeaders, redactFields } = this.#settings;
    return {
      redaction: { headers: redactHeaders, fields: redactFields },
      request: this.#request.message(this.#requestHeaders),
      response: this.#response.message(this.#responseHeaders),
    };
  }
}

function pairs(raw: readonly string[]): HeaderList {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) list.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return list;
}

/** How much of an answer's body is kept, bytes. */
export function capturedAnswerBytes({
  enabled,
  responseBody,
  maxBodyBytes,
}: CaptureSettings): number {
  return enabled && responseBody ? maxBodyBytes : 0;
}
