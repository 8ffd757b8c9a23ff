import type { IncomingMessage, InformationEvent, ServerResponse } from 'node:http';
import type { HeadFacts } from './head-facts.ts';
import { HEAD_ALONE, clientHeaders, headerLines, reasonPhrase, trailerPairs } from './headers.ts';
import { headFacts, isChunked } from './head-facts.ts';
import type { LocationRewrite } from './location.ts';
import type { Observer } from './observer.ts';
import { tellConnection } from './connection-header.ts';
import type { ResponseTransform } from './rewriter.ts';
import { NO_BYTES, completion, lastBytes, streamFormat } from './stream-end.ts';
import type { StreamFormat } from './stream-end.ts';

/** The facts about the request and its connection that the relay needs. */
export interface AnswerOptions {
  /** Parsed from the answer's head. */
  readonly facts: HeadFacts;
  readonly method: string;
  /** 0 for an HTTP/1.0 client, which does not support chunked encoding. */
  readonly minorVersion: number;
  /** True if the client's connection cannot or must not be reused. */
  readonly close: boolean;
  readonly transform: ResponseTransform | null;
  readonly location: LocationRewrite;
  readonly observer: Observer;
  /** Called when the answer broke off. The client's connection has been cut too. */
  readonly onCut: () => void;
}

/** How the client recognizes the end of the body. */
interface Framing {
  readonly headers: string[];
  /** Only the closing of the connection marks the end. */
  readonly untilClose: boolean;
  /** The head announces the body's length, so nothing can be added to the body. */
  readonly hasLength: boolean;
}

/** Relays one answer: the head at once, the body as it arrives, then the trailers. */
export class Answer {
  readonly #source: IncomingMessage;
  readonly #res: ServerResponse;
  readonly #options: AnswerOptions;
  #untilClose = false;
  #hasLength = false;
  /** The last four bytes of the body that the client got. */
  #last = NO_BYTES;
  #begun = false;
  #over = false;

  constructor(source: IncomingMessage, res: ServerResponse, options: AnswerOptions) {
    this.#source = source;
    this.#res = res;
    this.#options = options;
  }

  /**
   * Sends the head and starts the relay. Throws if Node rejects the head; nothing has been sent
   * then.
   */
  start(): void {
    const source = this.#source;
    const res = this.#res;
    this.#writeHead();
    source.on('data', (chunk: Buffer) => this.#onData(chunk));
    source.on('end', () => this.#onEnd());
    source.on('error', () => this.cut());
    source.on('close', () => this.cut());
    res.on('drain', () => source.resume());
    // Node emits body data that has already arrived in the next tick, so head and body share one
    // packet.
    process.nextTick(() => {
      if (!this.#begun && !this.#over) res.write(HEAD_ALONE);
    });
  }

  /**
   * True once the upstream has sent the whole answer. The client may not have received all of it
   * yet.
   */
  get received(): boolean {
    return this.#source.complete;
  }

  /**
   * Closes the client's connection so that the client notices the truncation. The connection is
   * closed before the announced end, or reset if only closing would mark the end.
   */
  cut(): void {
    if (this.#over) return;
    this.#over = true;
    const socket = this.#res.socket;
    if (socket !== null) this.#writeHeld();
    if (socket === null) this.#res.destroy();
    else if (this.#untilClose) socket.write('', () => socket.resetAndDestroy());
    else socket.destroySoon();
    this.#options.onCut();
  }

  /**
   * Ends the answer before its end. If its stream has a format with errors and is between two events
   * or lines, the client gets an error, else its connection is reset.
   *
   * @param error returns the error in the form of the stream; null if there is none
   */
  cancel(error: (format: StreamFormat) => string | null): 'event' | 'reset' {
    const end = this.#over ? null : this.#streamEnd(error);
    this.#over = true;
    if (end === null) {
      this.#res.socket?.resetAndDestroy();
      return 'reset';
    }
    this.#res.end(end);
    return 'event';
  }

  /** The bytes that end the stream with an error; null if nothing can be added to the body. */
  #streamEnd(error: (format: StreamFormat) => string | null): string | null {
    const format = this.#hasLength ? null : streamFormat(this.#source.headers);
    const missing = format === null ? null : completion(format, this.#last);
    const text = format === null || missing === null ? null : error(format);
    return missing === null || text === null ? null : missing + text;
  }

  #writeHead(): void {
    const { statusCode = 502, statusMessage = '', rawHeaders } = this.#source;
    const { headers, untilClose, hasLength } = this.#frame(statusCode, this.#options.facts);
    const res = this.#res;
    this.#untilClose = untilClose;
    this.#hasLength = hasLength;
    res.sendDate = false;
    if (untilClose) res.removeHeader('transfer-encoding');
    const { close, minorVersion } = this.#options;
    tellConnection(res, headers, close || untilClose, minorVersion);
    res.writeHead(statusCode, reasonPhrase(statusCode, statusMessage), headers);
    this.#options.observer.response(statusCode, rawHeaders);
  }

  #frame(status: number, facts: HeadFacts): Framing {
    const { method, minorVersion, location } = this.#options;
    const empty = method === 'HEAD' || status === 204 || status === 304;
    const transformed = this.#options.transform !== null && !empty;
    const chunkedSource = isChunked(facts);
    const chunked =
      minorVersion > 0 && (chunkedSource || transformed) && status !== 204 && status !== 304;
    const dropLength = chunkedSource || transformed;
    const change = { chunked, dropLength, location };
    const headers = clientHeaders(this.#source.rawHeaders, facts, change);
    if (chunked && !chunkedSource) headers.push('Transfer-Encoding', 'chunked');
    const measured = chunked || (facts.contentLength !== null && !dropLength);
    return { headers, untilClose: !empty && !measured, hasLength: empty || (measured && !chunked) };
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    const { transform } = this.#options;
    const out = transform === null ? chunk : transform.push(chunk);
    if (out !== null && out.length > 0) {
      this.#begun = true;
      this.#last = lastBytes(this.#last, out);
      if (!this.#res.write(out)) this.#source.pause();
    }
    this.#options.observer.responseChunk(chunk);
  }

  #onEnd(): void {
    if (this.#over) return;
    if (!this.#source.complete) {
      this.cut();
      return;
    }
    this.#over = true;
    this.#writeHeld();
    const trailers = trailerPairs(this.#source.rawTrailers);
    if (trailers !== null) this.#res.addTrailers(trailers);
    this.#res.end();
  }

  /** Sends what the transform still holds. */
  #writeHeld(): void {
    const rest = this.#options.transform?.end() ?? null;
    if (rest !== null && rest.length > 0) this.#res.write(rest);
  }
}

/** Relays an informational answer (1xx). After the final head it is dropped. */
export function relayInformation(information: InformationEvent, res: ServerResponse): void {
  if (res.headersSent || res.socket === null) return;
  const { statusCode, statusMessage, rawHeaders } = information;
  const headers = clientHeaders(rawHeaders, headFacts(rawHeaders), {
    chunked: false,
    dropLength: true,
  });
  // Node can write only some 1xx heads, and never with the upstream's reason phrase.
  const phrase = reasonPhrase(statusCode, statusMessage);
  const head = `HTTP/1.1 ${statusCode} ${phrase}\r\n${headerLines(headers)}\r\n`;
  res.socket.write(head, 'latin1');
}
