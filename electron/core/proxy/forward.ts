import type { ClientRequest, IncomingMessage, InformationEvent } from 'node:http';
import type { CancelNotice } from '../../../shared/live-exchange.ts';
import { CANCELLED } from './cancel.ts';
import type { Cancelable } from './cancel.ts';
import { Answer, relayInformation } from './response-relay.ts';
import {
  UNASKED_UPGRADE,
  failureCode,
  noAnswer,
  outcomeOfCut,
  outcomeWithoutAnswer,
} from './failure.ts';
import { hasBody, headFacts } from './head-facts.ts';
import { locationRewrite } from './location.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import type { ProxyContext } from './proxy-context.ts';
import { RewrittenRequest, mayRepeat } from './retry.ts';
import type { ExchangeRewrite } from './rewriter.ts';
import type { Outcome } from './tap.ts';
import { openRewrite, openUpstream } from './upstream-request.ts';
import type { Admitted } from './upstream-request.ts';
import type { HeldBody, Upload } from './request-relay.ts';
import {
  finishUpload,
  followUpload,
  forwardFirst,
  holdUpload,
  relayUpload,
} from './request-relay.ts';

/** Relays one request and its answer. */
export class Forward implements Cancelable {
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
    const rewrite = openRewrite(this.#context, this.#in);
    this.#context.running.add(this.#in.head, this);
    if (rewrite === null) this.#begin();
    else holdUpload(req, rewrite.maxBody, observer, (held) => this.#beginHeld(rewrite, held));
  }

  /** Closes the connection to the upstream first, so that the server stops its work. */
  cancel(): CancelNotice | null {
    if (this.#over) return null;
    this.#up?.destroy();
    const { method, target } = this.#in.head;
    const notice =
      this.#answer?.cancel((format) =>
        this.#context.streamError(method, target, format, CANCELLED),
      ) ?? 'status';
    if (notice === 'status') this.#refuse(CANCELLED);
    this.#finish({ kind: 'cancelled' });
    return notice;
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
    if (this.#over) {
      // It was cancelled. The rest of the body is read, so that the client reads the answer.
      req.resume();
      return;
    }
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
    const { observer } = this.#in;
    let up: ClientRequest;
    try {
      up = openUpstream(this.#context, this.#in, contentLength);
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
    if (up !== null && !up.destroyed && !req.complete) followUpload(req, up);
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#context.running.delete(this.#in.head);
    this.#in.observer.end(outcome);
  }
}
