/**
 * Exact usage, an option of an upstream. OpenAI-style streams report their usage only on request,
 * in an additional chunk. Tokwatt requests it for the client and removes from the client's stream
 * what the request added (see hidden-usage.ts).
 */
import type { ExchangeRewrite, ResponseTransform, Rewriter } from '../proxy/rewriter.ts';
import type { RequestHead } from '../proxy/tap.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { EventEnds } from './event-ends.ts';
import { beginsAnswer, isLastChunk, withTimings, withoutUsage } from './hidden-usage.ts';
import { withMemberValue } from './json-member.ts';
import { isObject } from './json-text.ts';
import { mediaType } from './media-type.ts';
import type { UsageRejections } from './usage-rejections.ts';

/**
 * Largest request body that is rewritten, bytes. Buffering a larger one is not worth its memory.
 */
const MAX_REQUEST = 8 * 1024 * 1024;
/** Longest event that is buffered, bytes. The usage chunk has a few hundred. */
const MAX_EVENT = 64 * 1024;

const STREAMING_PATH = /\/(?:chat\/)?completions(?:\?|$)/;
const OPTION = '{"include_usage":true}';

/** Requests usage from the upstreams that opted in, except from those that reject it. */
export class ExactUsage implements Rewriter {
  readonly #rejections: UsageRejections;

  constructor(rejections: UsageRejections) {
    this.#rejections = rejections;
  }

  open({ upstream, method, target }: RequestHead): ExchangeRewrite | null {
    if (!upstream.exactUsage || method !== 'POST' || !STREAMING_PATH.test(target)) return null;
    if (this.#rejections.isRecent(upstream)) return null;
    return {
      maxBody: MAX_REQUEST,
      request: askForUsage,
      response: hideUsage,
      rejected: (status) => this.#rejections.add(upstream, status),
    };
  }
}

/**
 * Returns the body with usage requested in `stream_options` and all other bytes unchanged. Null if
 * the client requested no stream, set an option of `stream_options` itself, or sent no JSON object.
 * `null` and `{}` set no option.
 */
export function askForUsage(body: Buffer): Buffer | null {
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString());
  } catch {
    return null;
  }
  if (!isObject(asked) || asked.stream !== true) return null;
  if (!Object.hasOwn(asked, 'stream_options')) {
    const start = Buffer.from(`{"stream_options":${OPTION},`);
    return Buffer.concat([start, body.subarray(body.indexOf(0x7b) + 1)]);
  }
  const options = asked.stream_options;
  const setsNothing = options === null || (isObject(options) && Object.keys(options).length === 0);
  return setsNothing ? withMemberValue(body, 'stream_options', OPTION) : null;
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

/** Passes on complete events without the usage that was requested for the client. */
class UsageRemover implements ResponseTransform {
  /** The bytes of the current event. */
  readonly #held = new ByteBuffer(MAX_EVENT);
  /** The last chunk of the answer. It waits for the next event, which may have its timings. */
  #last: Buffer | null = null;
  /** True once an event had a role or content. */
  #hasBegun = false;
  /** True inside an event that is too long to buffer, which passes unchecked. */
  #passing = false;
  readonly #ends = new EventEnds();
  /** True if the last event was removed. */
  #isRemoved = false;

  push(chunk: Buffer): Buffer | null {
    const out: Buffer[] = [];
    let start = this.#ends.restOfEnd(chunk);
    if (start > 0 && !this.#isRemoved) this.#lengthenEvent(chunk.subarray(0, start), out);
    for (let end = this.#ends.next(chunk, start); end !== -1; end = this.#ends.next(chunk, start)) {
      this.#finish(chunk.subarray(start, end), out);
      start = end;
    }
    this.#keep(chunk.subarray(start), out);
    return join(out);
  }

  end(): Buffer | null {
    const rest = this.#held.length === 0 ? [] : [Buffer.from(this.#held.view())];
    return join(this.#last === null ? rest : [this.#last, ...rest]);
  }

  #finish(rest: Buffer, out: Buffer[]): void {
    const event = this.#held.length === 0 ? rest : Buffer.concat([this.#held.view(), rest]);
    const isChecked = !this.#passing && event.length <= MAX_EVENT;
    const kept = isChecked ? withoutUsage(event, this.#hasBegun) : event;
    this.#hasBegun ||= beginsAnswer(event);
    if (this.#last !== null) out.push(kept === null ? withTimings(this.#last, event) : this.#last);
    this.#last = null;
    // The bytes are copied, because those of a chunk must not be held.
    if (kept !== null && isChecked && isLastChunk(kept)) this.#last = Buffer.from(kept);
    else if (kept !== null) out.push(kept);
    this.#isRemoved = kept === null;
    this.#held.clear();
    this.#passing = false;
  }

  /** Adds bytes to the event that has just ended. */
  #lengthenEvent(bytes: Buffer, out: Buffer[]): void {
    if (this.#last === null) out.push(bytes);
    else this.#last = Buffer.concat([this.#last, bytes]);
  }

  #keep(rest: Buffer, out: Buffer[]): void {
    if (rest.length === 0) return;
    if (!this.#passing && this.#held.append(rest, 0, rest.length)) return;
    if (this.#last !== null) out.push(this.#last);
    this.#last = null;
    out.push(Buffer.from(this.#held.view()), rest);
    this.#held.clear();
    this.#passing = true;
  }
}

function join(parts: readonly Buffer[]): Buffer | null {
  const [first] = parts;
  if (first === undefined) return null;
  return parts.length === 1 ? first : Buffer.concat(parts);
}
