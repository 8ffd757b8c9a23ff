import type { ClientRequest, IncomingMessage, InformationEvent, ServerResponse } from 'node:http';
import { Answer, relayInformation } from './response-relay.ts';
import {
  UNASKED_UPGRADE,
  failureCode,
  noAnswer,
  outcomeOfCut,
  outcomeWithoutAnswer,
} from './failure.ts';
import type { HeadFacts } from './head-facts.ts';
import { upstreamHeaders } from './headers.ts';
import { hasBody, headFacts } from './head-facts.ts';
import { locationRewrite } from './location.ts';
import type { UpstreamPool } from './upstream-pool.ts';
import type { Observer } from './observer.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import type { ProxyContext } from './proxy-context.ts';
import { RewrittenRequest, mayRepeat } from './retry.ts';
import type { ExchangeRewrite } from './rewriter.ts';
import type { Outcome, RequestHead } from './tap.ts';
import type { HeldBody, Upload } from './request-relay.ts';
import {
  finishUpload,
  followUpload,
  forwardFirst,
  holdUpload,
  relayUpload,
} from './request-relay.ts';

/** One admitted request. */
export interface Admitted {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly head: RequestHead;
  readonly facts: HeadFacts;
  readonly link: UpstreamPool;
  readonly observer: Observer;
}

/** Relays one request and its answer. */
export class Forward {
  readonly #context: ProxyContext;
  readonly #in: Admitted;
  #up: ClientRequest | null = null;
  #answer: Answer | null = null;
  #upload: Upload | null = null;
  #rewritten: RewrittenRequest | null = null;
  #informed = false;
  #retried = false;
  #over = false;

  constructor(context: ProxyContext, admitted: Admitted) {
    this.#context = context;
    this.#in = admitted;
  }

  start(): void {
    const { req, res, observer } = this.#in;
    // The `close` event of the response reports what happened to the connection.
    req.on('error', () => undefined);
    res.on('error', () => undefined);
    res.on('close', () => this.#onClientDone());
    const rewrite = this.#openRewrite();
    if (rewrite === null) this.#begin();
    else holdUpload(req, rewrite.maxBody, observer, (held) => this.#beginHeld(rewrite, held));
  }

  #begin(): void {
    const { req, facts, observer } = this.#in;
    const up = this.#connect();
    if (up === null) return;
    if (hasBody(facts)) {
      this.#upload = relayUpload(req, up, observer);
    } else {
      up.end();
      observer.requestEnd();
    }
  }

  #beginHeld(rewrite: ExchangeRewrite, held: HeldBody): void {
    const { req, observer } = this.#in;
    if (!held.complete) {
      const up = this.#connect();
      if (up !== null) this.#upload = relayUpload(req, up, observer, held.chunks);
      return;
    }
    const body = Buffer.concat(held.chunks);
    const replacement = rewrite.request(body);
    if (replacement !== null) this.#rewritten = new RewrittenRequest(rewrite, body);
    const up = this.#connect(replacement?.length);
    if (up === null) return;
    up.write(replacement ?? body);
    finishUpload(req, up);
    observer.requestEnd();
  }

  /**
   * Opens the request to the upstream. If its head is invalid, answers with 400 and returns null.
   */
  #connect(contentLength?: number): ClientRequest | null {
    const { head, facts, link, observer } = this.#in;
    const credential = this.#context.credential(head);
    const change = { host: link.authority, hop: this.#context.hop(), credential };
    const headers = upstreamHeaders(
      head.rawHeaders,
      facts,
      contentLength === undefined ? change : { ...change, contentLength },
    );
    const framed = facts.contentLength !== null || facts.transferEncodings.length > 0;
    let up: ClientRequest;
    try {
      up = link.open(head.method, head.target, headers, framed);
    } catch {
      const message = 'The request carries characters that HTTP does not allow.';
      this.#refuse({ status: 400, code: 'invalid_request', message });
      this.#finish({ kind: 'refused', reason: 'invalid_request' });
      return null;
    }
    this.#up = up;
    up.on('socket', (socket) => forwardFirst(socket, observer));
    up.on('information', (information) => this.#onInformation(information));
    up.on('response', (answer) => this.#onResponse(up, answer));
    up.on('error', (error) => this.#onUpstreamError(up, error));
    up.on('upgrade', (_, socket) => {
      this.#noAnswer(UNASKED_UPGRADE);
      socket.destroy();
    });
    up.on('close', () => this.#onUpstreamError(up, null));
    return up;
  }

  #onInformation(information: InformationEvent): void {
    const { req, res } = this.#in;
    this.#informed = true;
    if (req.httpVersionMinor > 0) relayInformation(information, res);
  }

  #onResponse(up: ClientRequest, source: IncomingMessage): void {
    const { req, res, facts, link, head, observer } = this.#in;
    const { statusCode = 0, rawHeaders } = source;
    const original = this.#rewritten?.bodyToSendInstead(statusCode) ?? null;
    if (original !== null) {
      this.#sendInstead(up, original);
      return;
    }
    const answerFacts = headFacts(rawHeaders);
    if (answerFacts.keepAliveSeconds !== null) link.heedKeepAlive(answerFacts.keepAliveSeconds);
    if (answerFacts.contentLength === null) link.doubt(source.socket);
    const bodyWithheld = facts.expectsContinue && this.#upload?.begun === false;
    const answer = new Answer(source, res, {
      facts: answerFacts,
      method: head.method,
      minorVersion: req.httpVersionMinor,
      close: bodyWithheld || this.#context.closing(),
      transform: this.#rewritten?.response(statusCode, rawHeaders) ?? null,
      location: locationRewrite(link.upstream.url, head.rawHeaders),
      observer,
      onCut: () => this.#onCut(up),
    });
    try {
      answer.start();
      this.#answer = answer;
    } catch (error) {
      this.#noAnswer(failureCode(error));
      up.destroy();
    }
  }

  /** Replaces a request that the upstream has rejected. Its answer is dropped. */
  #sendInstead(rejected: ClientRequest, body: Buffer): void {
    const up = this.#connect();
    rejected.destroy();
    up?.write(body);
    if (up !== null) finishUpload(this.#in.req, up);
  }

  /** `error` is null if the connection closed without an error. */
  #onUpstreamError(up: ClientRequest, error: Error | null): void {
    if (up !== this.#up || this.#over) return;
    if (this.#answer !== null) {
      // A late error means a reset, which the body's `end` would not report. A close without an
      // error is reported by the body.
      if (error !== null && !this.#answer.received) {
        this.#finish(outcomeOfCut(failureCode(error)));
        this.#answer.cut();
      }
      return;
    }
    const { head, facts } = this.#in;
    const isFirst = !this.#retried && !this.#informed;
    if (error !== null && isFirst && mayRepeat(head.method, facts, up, error)) {
      this.#retried = true;
      this.#in.link.dropIdle();
      this.#connect()?.end();
      return;
    }
    this.#noAnswer(error === null ? 'ECONNRESET' : failureCode(error));
  }

  #noAnswer(code: string | null): void {
    if (this.#over) return;
    const { upstream } = this.#in.link;
    this.#refuse(noAnswer(upstream, code));
    this.#finish(outcomeWithoutAnswer(code));
    this.#context.log.debug({ upstream: upstream.name, code }, 'The upstream gave no answer.');
  }

  #refuse(refusal: Refusal): void {
    const { res, head, facts, observer } = this.#in;
    const request = { method: head.method, path: head.target };
    const close = facts.expectsContinue || this.#context.closing();
    const headers = refuse(res, request, refusal, this.#context.errorBody, close);
    observer.response(refusal.status, headers);
  }

  #onCut(up: ClientRequest): void {
    this.#finish({ kind: 'upstream-died', code: 'ECONNRESET' });
    up.destroy();
  }

  /** The response was sent completely, or the client disconnected. */
  #onClientDone(): void {
    const { req, res } = this.#in;
    const up = this.#up;
    if (!res.writableFinished) {
      this.#finish(this.#context.clientGone());
      up?.destroy();
      return;
    }
    this.#finish({ kind: 'complete' });
    if (up !== null && !req.complete) followUpload(req, up);
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#in.observer.end(outcome);
  }

  #openRewrite(): ExchangeRewrite | null {
    const { rewriter } = this.#context;
    const { head, facts } = this.#in;
    // With `Expect: 100-continue` the client sends the body only after the upstream's consent, so
    // the body cannot be buffered before the upstream is contacted.
    if (rewriter === null || !hasBody(facts) || facts.expectsContinue) return null;
    return rewriter.open(head);
  }
}
