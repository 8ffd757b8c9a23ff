import type { ClientRequest, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CancelNotice } from '../../../shared/live-exchange.ts';
import { failureCode, noAnswer, outcomeOfCut, outcomeWithoutAnswer } from './failure.ts';
import { CANCELLED } from './cancel.ts';
import type { Cancelable } from './cancel.ts';
import type { ProxyContext } from './proxy-context.ts';
import type { HeadFacts } from './head-facts.ts';
import { clientHeaders, headerLines, reasonPhrase, upstreamHeaders } from './headers.ts';
import { headFacts } from './head-facts.ts';
import { locationRewrite } from './location.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { Observer } from './observer.ts';
import type { Refusal } from './refusal.ts';
import { refuseRaw } from './refusal.ts';
import type { Outcome, RequestHead } from './tap.ts';

/** Bytes accepted from the client before the upstream's answer; reading pauses beyond it. */
const MAX_EARLY_BYTES = 64 * 1024;

/** One admitted request that asks for another protocol. */
export interface UpgradeRequest {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  /** The bytes that arrived together with the head. */
  readonly early: Buffer;
  readonly head: RequestHead;
  readonly facts: HeadFacts;
  readonly link: UpstreamPool;
  readonly observer: Observer;
}

/**
 * Requests an upgrade from the upstream. Joins the two connections if it agrees, else relays its
 * answer.
 */
export class Upgrade implements Cancelable {
  readonly #context: ProxyContext;
  readonly #in: UpgradeRequest;
  readonly #early: Buffer[];
  #earlyBytes: number;
  #up: ClientRequest | null = null;
  #upSocket: Duplex | null = null;
  #answered = false;
  #over = false;

  constructor(context: ProxyContext, request: UpgradeRequest) {
    this.#context = context;
    this.#in = request;
    this.#early = request.early.length > 0 ? [request.early] : [];
    this.#earlyBytes = request.early.length;
  }

  start(): void {
    const { socket, head, facts, link, observer } = this.#in;
    let up: ClientRequest;
    try {
      const credential = this.#context.credential(head);
      const hop = this.#context.hop();
      const change = { host: link.authority, hop, upgrade: true, credential };
      const headers = upstreamHeaders(head.rawHeaders, facts, change);
      up = link.open(head.method, head.target, headers, true);
    } catch (error) {
      this.#noAnswer(failureCode(error));
      return;
    }
    this.#up = up;
    this.#context.running.add(head, this);
    socket.on('data', this.#onEarlyData);
    const onGone = (): void => {
      this.#finish(this.#context.clientGone());
      if (!this.#answered) up.destroy();
    };
    // The client may close only its sending side. While no answer has begun, that means it has
    // left.
    socket.on('end', () => {
      if (!this.#answered) socket.destroy();
    });
    socket.on('close', onGone);
    up.on('upgrade', (answer, upSocket, first) => this.#onUpgrade(answer, upSocket, first));
    up.on('response', (answer) => this.#onRefused(answer));
    up.on('error', (error) => this.#noAnswer(failureCode(error)));
    up.on('close', () => this.#noAnswer('ECONNRESET'));
    up.end();
    observer.requestEnd();
  }

  /** After the upgrade both connections are reset, because the proxy does not know where a frame ends. */
  cancel(): CancelNotice | null {
    if (this.#over) return null;
    const notice = this.#answered ? 'reset' : 'status';
    this.#up?.destroy();
    if (this.#upSocket !== null) reset(this.#upSocket);
    if (this.#answered) reset(this.#in.socket);
    else this.#refuse(CANCELLED);
    this.#finish({ kind: 'cancelled' });
    return notice;
  }

  readonly #onEarlyData = (chunk: Buffer): void => {
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
    if (this.#earlyBytes > MAX_EARLY_BYTES) this.#in.socket.pause();
  };

  #onUpgrade(answer: IncomingMessage, upSocket: Duplex, first: Buffer): void {
    const { socket, observer } = this.#in;
    this.#answered = true;
    this.#upSocket = upSocket;
    upSocket.on('error', () => undefined);
    if (socket.destroyed) {
      upSocket.destroy();
      return;
    }
    const { statusCode = 101, statusMessage = '', rawHeaders } = answer;
    const phrase = reasonPhrase(statusCode, statusMessage);
    const head = `HTTP/1.1 ${statusCode} ${phrase}\r\n${headerLines(rawHeaders)}\r\n`;
    socket.off('data', this.#onEarlyData);
    socket.write(Buffer.concat([Buffer.from(head, 'latin1'), first]));
    observer.response(statusCode, rawHeaders);
    if (first.length > 0) observer.responseChunk(first);
    const early = Buffer.concat(this.#early);
    if (early.length > 0) {
      upSocket.write(early);
      observer.requestChunk(early);
    }
    socket.on('error', () => this.#finish({ kind: 'client-aborted' }));
    upSocket.on('error', (error) => {
      this.#finish({ kind: 'upstream-died', code: failureCode(error) });
    });
    join(socket, upSocket, (chunk) => observer.requestChunk(chunk));
    join(upSocket, socket, (chunk) => observer.responseChunk(chunk));
    let closedBy: 'client' | 'upstream' = 'upstream';
    upSocket.on('close', () => this.#finish({ kind: 'complete', closedBy }));
    socket.on('end', () => {
      if (!upSocket.readableEnded) closedBy = 'client';
      this.#finish({ kind: 'complete', closedBy });
    });
  }

  /** The upstream declined the upgrade: relays its answer and closes the connection. */
  #onRefused(answer: IncomingMessage): void {
    const { socket, head: request, link, observer } = this.#in;
    this.#answered = true;
    const { statusCode = 502, statusMessage = '', rawHeaders } = answer;
    const headers = clientHeaders(rawHeaders, headFacts(rawHeaders), {
      chunked: false,
      dropLength: false,
      location: locationRewrite(link.upstream.url, request.rawHeaders),
    });
    headers.push('Connection', 'close');
    const phrase = reasonPhrase(statusCode, statusMessage);
    const head = `HTTP/1.1 ${statusCode} ${phrase}\r\n${headerLines(headers)}\r\n`;
    socket.off('data', this.#onEarlyData);
    socket.resume();
    socket.write(head, 'latin1');
    observer.response(statusCode, rawHeaders);
    answer.on('data', (chunk: Buffer) => {
      if (!socket.write(chunk)) answer.pause();
      observer.responseChunk(chunk);
    });
    socket.on('drain', () => answer.resume());
    socket.on('close', () => answer.destroy());
    answer.on('end', () => {
      this.#finish({ kind: 'complete' });
      socket.end(() => socket.destroy());
    });
    answer.on('error', (error) => {
      this.#finish(outcomeOfCut(failureCode(error)));
      reset(socket);
    });
  }

  #noAnswer(code: string | null): void {
    if (this.#answered || this.#over) return;
    this.#refuse(noAnswer(this.#in.link.upstream, code));
    this.#finish(outcomeWithoutAnswer(code));
  }

  #refuse(refusal: Refusal): void {
    this.#answered = true;
    const { socket, head, observer } = this.#in;
    const request = { method: head.method, path: head.target };
    socket.off('data', this.#onEarlyData);
    observer.response(refusal.status, refuseRaw(socket, request, refusal, this.#context.errorBody));
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#context.running.delete(this.#in.head);
    this.#in.observer.end(outcome);
  }
}

/**
 * Relays bytes in one direction until the source ends. If the source is reset, so is the sink.
 * `observe` gets each chunk after it was written.
 */
function join(source: Duplex, sink: Duplex, observe: (chunk: Buffer) => void): void {
  if (source instanceof Socket) source.setTimeout(0).setNoDelay(true);
  source.on('data', (chunk: Buffer) => {
    if (!sink.write(chunk)) source.pause();
    observe(chunk);
  });
  sink.on('drain', () => source.resume());
  source.on('end', () => sink.end());
  source.on('close', () => {
    if (!source.readableEnded) reset(sink);
    else if (sink instanceof Socket) sink.destroySoon();
  });
  source.resume();
}

function reset(socket: Duplex): void {
  if (socket.destroyed) return;
  // Node cannot reset a TLS connection. The missing close_notify tells the client the same.
  if (socket instanceof Socket && !('encrypted' in socket)) socket.resetAndDestroy();
  else socket.destroy();
}
