/**
 * Exact usage, an option of an upstream. OpenAI-style streams report their usage only on request,
 * in an additional chunk. Tokwatt requests it for the client and removes that chunk from the
 * client's stream.
 */
import type { ExchangeRewrite, ResponseTransform, Rewriter } from '../proxy/rewriter.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { mediaType } from './media-type.ts';

/**
 * Largest request body that is rewritten, bytes. Buffering a larger one is not worth its memory.
 */
const MAX_REQUEST = 8 * 1024 * 1024;
/** Longest event that is buffered, bytes. The usage chunk has a few hundred. */
const MAX_EVENT = 64 * 1024;

const STREAMING_PATH = /\/(?:chat\/)?completions(?:\?|$)/;
const OPTION = Buffer.from('{"stream_options":{"include_usage":true},');
const LF = 0x0a;
const CR = 0x0d;

export const exactUsage: Rewriter = {
  open: ({ upstream, method, target }): ExchangeRewrite | null => {
    if (!upstream.exactUsage || method !== 'POST' || !STREAMING_PATH.test(target)) return null;
    return { maxBody: MAX_REQUEST, request: askForUsage, response: hideUsage };
  },
};

/**
 * Returns the body with `stream_options` inserted at its start and all other bytes unchanged. Null
 * if the client requested no stream, sent `stream_options` itself, or sent no JSON object.
 */
export function askForUsage(body: Buffer): Buffer | null {
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString());
  } catch {
    return null;
  }
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  if (!('stream' in asked) || asked.stream !== true || 'stream_options' in asked) return null;
  return Buffer.concat([OPTION, body.subarray(body.indexOf(0x7b) + 1)]);
}

function hideUsage(status: number, rawHeaders: readonly string[]): ResponseTransform | null {
  const header = (name: string): string | undefined => {
    const at = rawHeaders.findIndex((h, i) => i % 2 === 0 && h.toLowerCase() === name);
    return at === -1 ? undefined : rawHeaders[at + 1];
  };
  const encoding = header('content-encoding') ?? 'identity';
  // Nothing can be removed from a compressed answer, so its client receives the additional chunk.
  if (
    status !== 200 ||
    encoding !== 'identity' ||
    mediaType(header('content-type')) !== 'text/event-stream'
  ) {
    return null;
  }
  return new UsageRemover();
}

/** Passes on complete events, except the usage chunk. */
class UsageRemover implements ResponseTransform {
  /** The bytes of the current event. */
  readonly #held = new ByteBuffer(MAX_EVENT);
  /** True inside an event that is too long to buffer, which passes unchecked. */
  #passing = false;
  /** Bytes of the current line without carriage returns. An empty line ends the event. */
  #lineLength = 0;

  push(chunk: Buffer): Buffer | null {
    const out: Buffer[] = [];
    let start = 0;
    for (let end = this.#eventEnd(chunk, 0); end !== -1; end = this.#eventEnd(chunk, start)) {
      this.#finish(chunk.subarray(start, end), out);
      start = end;
    }
    this.#keep(chunk.subarray(start), out);
    return join(out);
  }

  end(): Buffer | null {
    return this.#held.length === 0 ? null : Buffer.from(this.#held.view());
  }

  /** The position after the empty line that ends the current event, or -1. */
  #eventEnd(chunk: Buffer, from: number): number {
    let at = from;
    for (;;) {
      const lf = chunk.indexOf(LF, at);
      const lineEnd = lf === -1 ? chunk.length : lf;
      const bare = lineEnd > at && chunk[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
      this.#lineLength += bare - at;
      if (lf === -1) return -1;
      const isEmpty = this.#lineLength === 0;
      this.#lineLength = 0;
      at = lf + 1;
      if (isEmpty) return at;
    }
  }

  #finish(rest: Buffer, out: Buffer[]): void {
    const event = this.#held.length === 0 ? rest : Buffer.concat([this.#held.view(), rest]);
    if (this.#passing || !isUsageEvent(event)) out.push(event);
    this.#held.clear();
    this.#passing = false;
  }

  #keep(rest: Buffer, out: Buffer[]): void {
    if (rest.length === 0) return;
    if (!this.#passing && this.#held.append(rest, 0, rest.length)) return;
    out.push(Buffer.from(this.#held.view()), rest);
    this.#held.clear();
    this.#passing = true;
  }
}

/**
 * True for an event with a usage object and an empty `choices`. An empty list alone may mean
 * something else.
 */
function isUsageEvent(event: Buffer): boolean {
  if (event.length > MAX_EVENT) return false;
  const text = event.toString();
  if (!/"choices"\s*:\s*\[\s*\]/.test(text)) return false;
  const data = /^data: ?(.*?)\r?$/m.exec(text)?.[1];
  if (data === undefined) return false;
  try {
    const chunk = JSON.parse(data) as { choices?: unknown; usage?: unknown };
    const isEmpty = Array.isArray(chunk.choices) && chunk.choices.length === 0;
    return isEmpty && typeof chunk.usage === 'object' && chunk.usage !== null;
  } catch {
    return false;
  }
}

function join(parts: readonly Buffer[]): Buffer | null {
  const [first] = parts;
  if (first === undefined) return null;
  return parts.length === 1 ? first : Buffer.concat(parts);
}
