/**
 * Exact usage, an upstream's opt-in: OpenAI-style streams tell their usage only when asked, in one
 * chunk more. Tokwatt asks for the client, and takes exactly that chunk out of what the client sees.
 */
import type { ExchangeRewrite, ResponseTransform, Rewriter } from '../proxy/rewriter.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { mediaType } from './media-type.ts';

/** Larger requests pass as they are: their bodies are not worth holding. */
const MAX_REQUEST = 8 * 1024 * 1024;
/** Longest event that is held to be judged. The usage chunk is a few hundred bytes. */
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
 * The body with `stream_options` in front, every other byte as it was; null if the client asked for
 * no stream, said itself what it wants, or sent no JSON object.
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
  // Inside a compressed answer nothing can be taken out; its client gets one chunk more.
  if (
    status !== 200 ||
    encoding !== 'identity' ||
    mediaType(header('content-type')) !== 'text/event-stream'
  ) {
    return null;
  }
  return new UsageRemover();
}

/** Passes events on as they complete, all but the usage chunk. */
class UsageRemover implements ResponseTransform {
  /** The event under way. */
  readonly #held = new ByteBuffer(MAX_EVENT);
  /** Inside an event too long to hold, which goes straight through. */
  #passing = false;
  /** Bytes of the line under way, carriage returns aside: an event ends at an empty line. */
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

  /** The position behind the empty line that ends the event under way, or -1. */
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

/** An event with a usage object and no choices; a bare empty list may be something else. */
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
