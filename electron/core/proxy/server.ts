import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemCode } from '../errors.ts';
import { RunningExchanges } from './cancel.ts';
import { clientErrorRefusal } from './client-error.ts';
import { Connections } from './connections.ts';
import type { ProxyContext } from './proxy-context.ts';
import type { ProxyOptions, ProxyServer } from './proxy-options.ts';
import { Forward } from './forward.ts';
import { admit } from './admission.ts';
import type { HeadFacts } from './head-facts.ts';
import { headFacts } from './head-facts.ts';
import { injectedKey } from './key-injection.ts';
import { createHttpServer, listen } from './http-server.ts';
import { UpstreamPool } from './upstream-pool.ts';
import { requestHead, requestOf } from './request-head.ts';
import { Observer } from './observer.ts';
import type { Refusal, RefusalHeaders } from './refusal.ts';
import { refuse, refuseRaw } from './refusal.ts';
import { guardRewriter } from './rewriter.ts';
import type { RequestHead, Upstream } from './tap.ts';
import { passesUpgrade, withoutUpgrade } from './upgrade-head.ts';
import { Upgrade } from './upgrade.ts';

/** Errors of `accept` (no file descriptors left) are logged at most once in this time. */
const ACCEPT_ERROR_QUIET_MS = 10_000;

/** Creates a proxy that relays all admitted requests to one upstream. */
export function createProxyServer(options: ProxyOptions): ProxyServer {
  return new TokwattProxy(options);
}

class TokwattProxy implements ProxyServer {
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #connections = new Connections();
  readonly #context: ProxyContext;
  #link: UpstreamPool;
  #quietUntil = 0;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#link = this.#createLink(options.upstream);
    this.#context = {
      log: options.log,
      errorBody: options.errorBody,
      streamError: options.streamError ?? (() => null),
      running: options.running ?? new RunningExchanges(),
      rewriter:
        options.rewriter === undefined ? null : guardRewriter(options.rewriter, options.log),
      hop: options.hop,
      closing: () => this.#connections.closing,
      clientGone: () => ({ kind: this.#connections.isDestroyed ? 'stopped' : 'client-aborted' }),
      credential: (head) => injectedKey(head, options.keyHeader, options.log),
    };
    this.#server = this.#createServer(options.headTimeoutMs);
  }

  listen(port: number, bind: string): Promise<{ port: number; url: string }> {
    return listen(this.#server, port, bind, this.#options.sockets);
  }

  unlisten(): void {
    this.#server.close();
  }

  async close(graceMs: number | null): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#connections.drain();
    const end = (): void => this.#connections.destroyAll();
    const timer = graceMs === null ? undefined : setTimeout(end, graceMs);
    await closed;
    clearTimeout(timer);
    this.#link.retire();
  }

  setUpstream(upstream: Upstream): void {
    this.#link.retire();
    this.#link = this.#createLink(upstream);
  }

  dropIdle(): void {
    this.#link.dropIdle();
  }

  #createLink(upstream: Upstream): UpstreamPool {
    const { log, extraCaFile = process.env.NODE_EXTRA_CA_CERTS ?? null } = this.#options;
    return new UpstreamPool(upstream, { log, extraCaFile });
  }

  #createServer(headTimeoutMs: number | undefined): Server {
    const server = createHttpServer(headTimeoutMs);
    const onRequest = (req: IncomingMessage, res: ServerResponse): void => {
      this.#connections.run(req.socket, res, () => this.#onRequest(req, res));
    };
    server.on('connection', (socket) => this.#onConnection(socket));
    server.on('request', onRequest);
    // Both are forwarded, because only the upstream may answer with `100 Continue`.
    server.on('checkContinue', onRequest);
    server.on('checkExpectation', onRequest);
    server.on('upgrade', (req, socket, early) => this.#onUpgrade(req, socket, early));
    server.on('connect', (req, socket) => this.#onConnect(req, socket));
    server.on('clientError', (error, socket) => this.#onClientError(error, socket));
    server.on('error', (error) => this.#onServerError(error));
    return server;
  }

  #onConnection(socket: Socket): void {
    socket.on('error', () => undefined);
    this.#connections.add(socket);
  }

  #onRequest(req: IncomingMessage, res: ServerResponse): void {
    const { socket } = req;
    res.on('close', () => this.#connections.done(socket));
    if (socket.destroyed) {
      // The client disconnected while this request waited for an earlier exchange.
      res.destroy();
      return;
    }
    const facts = headFacts(req.rawHeaders);
    const { admission, head } = this.#admit(req, facts);
    const observer = Observer.open(this.#options.tap, head, this.#options.log);
    if (admission.admitted) {
      new Forward(this.#context, { req, res, head, facts, link: this.#link, observer }).start();
      return;
    }
    req.on('error', () => undefined);
    res.on('error', () => undefined);
    const { closing } = this.#connections;
    const { status } = admission.refusal;
    const close = closing || facts.expectsContinue || (status !== 403 && status !== 429);
    this.#refused(observer, admission.refusal, () =>
      refuse(res, requestOf(head), admission.refusal, this.#options.errorBody, close),
    );
  }

  #onUpgrade(req: IncomingMessage, socket: Duplex, early: Buffer): void {
    if (!(socket instanceof Socket) || this.#connections.isBusy(socket)) {
      socket.destroy();
      return;
    }
    const facts = headFacts(req.rawHeaders);
    if (!passesUpgrade(facts)) {
      socket.unshift(withoutUpgrade(req, early));
      this.#server.emit('connection', socket);
      return;
    }
    const { admission, head } = this.#admit(req, facts);
    const observer = Observer.open(this.#options.tap, head, this.#options.log);
    if (!admission.admitted) {
      this.#refused(observer, admission.refusal, () =>
        refuseRaw(socket, requestOf(head), admission.refusal, this.#options.errorBody),
      );
      return;
    }
    this.#connections.run(socket, null, () => {
      const request = { req, socket, early, head, facts, link: this.#link, observer };
      new Upgrade(this.#context, request).start();
    });
  }

  /** Refuses CONNECT: the proxy connects only to its upstream. */
  #onConnect(req: IncomingMessage, socket: Duplex): void {
    const refusal: Refusal = {
      status: 405,
      code: 'connect_not_allowed',
      message: 'Tokwatt passes requests to one server and opens no tunnels.',
    };
    const head = requestHead(req, req.url ?? '', this.#link.upstream);
    const observer = Observer.open(this.#options.tap, head, this.#options.log);
    this.#refused(observer, refusal, () =>
      refuseRaw(socket, requestOf(head), refusal, this.#options.errorBody),
    );
  }

  #onClientError(error: Error, socket: Duplex): void {
    const refusal = clientErrorRefusal(systemCode(error));
    const answering = socket instanceof Socket && this.#connections.isAnswering(socket);
    // Bytes written during an answer would be read as a part of it.
    if (refusal === null || answering) socket.destroy();
    else refuseRaw(socket, { method: 'GET', path: '/' }, refusal, this.#options.errorBody);
  }

  #onServerError(error: Error): void {
    const now = performance.now();
    if (!this.#server.listening || now < this.#quietUntil) return;
    this.#quietUntil = now + ACCEPT_ERROR_QUIET_MS;
    this.#options.log.error({ code: systemCode(error) }, 'Connections cannot be accepted.');
  }

  #admit(
    req: IncomingMessage,
    facts: HeadFacts,
  ): { admission: ReturnType<typeof admit>; head: RequestHead } {
    const line = {
      method: req.method ?? '',
      target: req.url ?? '',
      majorVersion: req.httpVersionMajor,
      minorVersion: req.httpVersionMinor,
    };
    const admission = admit(line, facts, this.#options.access);
    const target = admission.admitted ? admission.target.path : line.target;
    const head = requestHead(req, target, this.#link.upstream);
    const stop = admission.admitted ? (this.#options.stop?.(head) ?? null) : null;
    return { admission: stop === null ? admission : { admitted: false, refusal: stop }, head };
  }

  #refused(observer: Observer, refusal: Refusal, answer: () => RefusalHeaders): void {
    observer.requestEnd();
    observer.response(refusal.status, answer());
    observer.end({ kind: 'refused', reason: refusal.code });
  }
}
