import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { ClientRequest, RequestOptions } from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import { basePath, withBase } from './target.ts';
import type { Upstream } from './tap.ts';

/** The largest head, in bytes, that either side may send. */
export const MAX_HEADER_BYTES = 64 * 1024;

/**
 * How long an unused connection is kept for the next request. Servers close theirs after 5 seconds by
 * default (uvicorn, cpp-httplib, Node) and mostly do not say so; a request that meets that moment
 * fails, so we let go first. A new connection is cheap, but for TLS.
 */
const IDLE_MS = 4_000;
const IDLE_TLS_MS = 50_000;
/** How much earlier than an upstream's keep-alive hint we let go. */
const HINT_MARGIN_MS = 1_000;

/** Before another address of the same name is tried; the last one has the system's own limit. */
const NEXT_ADDRESS_MS = 1_000;

const TCP_KEEPALIVE_MS = 60_000;

/**
 * How long a connection is left alone after an answer without a length. cpp-httplib (llama-server)
 * promises to keep it and closes it all the same, right behind the answer: a POST sent into that
 * moment would be lost, for a generation is never retried.
 */
const DOUBT_MS = 20;

/** Methods to which Node adds no framing of its own where a request has none. */
const UNFRAMED_METHODS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

export interface UpstreamPoolOptions {
  readonly log: Log;
  /** A PEM file of certificate authorities to trust besides the built-in ones. */
  readonly extraCaFile: string | null;
}

/**
 * The way to one upstream: its address and its pool of connections. No timer ever runs on a
 * connection in use: the upstream may think as long as it likes.
 */
export class UpstreamPool {
  readonly upstream: Upstream;
  /** The `Host` that the upstream expects. */
  readonly authority: string;
  readonly #base: string;
  readonly #host: string;
  readonly #port: number;
  readonly #secure: boolean;
  readonly #agent: http.Agent;
  readonly #doubted = new WeakSet<Socket>();
  #idleMs: number;
  #retired = false;

  constructor(upstream: Upstream, options: UpstreamPoolOptions) {
    const { url } = upstream;
    this.upstream = upstream;
    this.authority = url.host;
    this.#base = basePath(url);
    this.#secure = url.protocol === 'https:';
    this.#idleMs = this.#secure ? IDLE_TLS_MS : IDLE_MS;
    this.#agent = this.#createAgent(options);
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#port = url.port === '' ? (this.#secure ? 443 : 80) : Number(url.port);
  }

  /**
   * Opens a request with exactly these header lines. `framed` says that they give a body's length or
   * coding; where they do not, there is no body, and the caller ends the request at once.
   */
  open(method: string, path: string, headers: readonly string[], framed: boolean): ClientRequest {
    // Written out, not spread from a template: this runs once a request, and spreading shows.
    const options: RequestOptions = {
      host: this.#host,
      port: this.#port,
      agent: this.#agent,
      setHost: false,
      insecureHTTPParser: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      method,
      path: withBase(this.#base, path),
      headers: framed || UNFRAMED_METHODS.has(method) ? headers : undefined,
    };
    const request = this.#secure ? https.request(options) : http.request(options);
    if (options.headers === undefined) {
      // A POST without a body would be given a chunked one, unless its framing is removed first.
      request.removeHeader('content-length');
      request.removeHeader('transfer-encoding');
      for (let index = 0; index + 1 < headers.length; index += 2) {
        request.appendHeader(headers[index] ?? '', headers[index + 1] ?? '');
      }
    }
    request.maxHeadersCount = 0;
    return request;
  }

  /** The upstream said how long it keeps idle connections. Only ours that are idle heed it. */
  heedKeepAlive(seconds: number): void {
    this.#idleMs = Math.min(this.#idleMs, Math.max(0, seconds * 1_000 - HINT_MARGIN_MS));
  }

  /** The answer on this connection tells no length: see whether it is closed behind it. */
  doubt(socket: Socket): void {
    this.#doubted.add(socket);
  }

  /** Closes the connections that nobody uses. */
  dropIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** Keeps no connection beyond the exchange that uses it. */
  retire(): void {
    this.#retired = true;
    this.dropIdle();
  }

  #createAgent(options: UpstreamPoolOptions): http.Agent {
    const settings = {
      keepAlive: true,
      keepAliveMsecs: TCP_KEEPALIVE_MS,
      noDelay: true,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    };
    const ca = this.#secure ? extraAuthorities(options) : null;
    const agent = this.#secure
      ? new https.Agent(ca === null ? settings : { ...settings, ca })
      : new http.Agent(settings);
    const emit = agent.emit.bind(agent);
    agent.emit = (event: string | symbol, ...args: unknown[]) => {
      const [socket] = args;
      if (event !== 'free' || !(socket instanceof Socket) || !this.#doubted.delete(socket)) {
        return emit(event, ...args);
      }
      // Behind the timer, a close that has arrived meanwhile is read first.
      setTimeout(() => setImmediate(() => emit(event, ...args)), DOUBT_MS);
      return true;
    };
    const reuseSocket = agent.reuseSocket.bind(agent);
    // Node's own version takes the upstream's hint for a timeout that may outlive the idle phase.
    agent.keepSocketAlive = (socket) => this.#keep(socket);
    agent.reuseSocket = (socket, request) => {
      if (socket instanceof Socket) socket.setTimeout(0);
      reuseSocket(socket, request);
    };
    return agent;
  }

  #keep(socket: Duplex): boolean {
    if (this.#retired || this.#idleMs === 0 || !(socket instanceof Socket)) return false;
    socket.setTimeout(this.#idleMs);
    socket.unref();
    return true;
  }
}

/**
 * The built-in certificate authorities and those of `NODE_EXTRA_CA_CERTS`. Read here because packaged
 * Electron applications, whose fuses keep Node's own options out, do not heed that variable.
 */
function extraAuthorities({ extraCaFile, log }: UpstreamPoolOptions): string[] | null {
  if (extraCaFile === null || extraCaFile === '') return null;
  try {
    return [...rootCertificates, readFileSync(extraCaFile, 'utf8')];
  } catch (error) {
    log.warn(
      { code: systemCode(error) },
      'The file that NODE_EXTRA_CA_CERTS names cannot be read; only built-in certificate authorities are trusted.',
    );
    return null;
  }
}
