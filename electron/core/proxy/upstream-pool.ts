import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { ClientRequest, RequestOptions } from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import { HeadGate } from './head-gate.ts';
import { basePath, withBase } from './target.ts';
import type { Upstream } from './tap.ts';

/** Largest head of a request or response, bytes. */
export const MAX_HEADER_BYTES = 64 * 1024;

/**
 * How long an idle connection is kept, milliseconds. Many servers close idle connections after 5
 * seconds (uvicorn, cpp-httplib, Node) without announcing it. A request sent at that moment fails,
 * so the pool closes first. A new connection is cheap except for TLS.
 */
const IDLE_MS = 4_000;
const IDLE_TLS_MS = 50_000;
/** How much earlier than an upstream's keep-alive timeout the pool closes a connection. */
const HINT_MARGIN_MS = 1_000;

/**
 * Time before the next address of a host name is tried. The last address has the system's own
 * limit.
 */
const NEXT_ADDRESS_MS = 1_000;

const TCP_KEEPALIVE_MS = 60_000;

/**
 * How long a connection is not reused after an answer without a length. cpp-httplib (llama-server)
 * announces keep-alive but closes the connection right after such an answer. A POST sent at that
 * moment would be lost, because generations are never retried.
 */
const DOUBT_MS = 20;

/** Methods for which Node adds no framing headers of its own. */
const UNFRAMED_METHODS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

export interface UpstreamPoolOptions {
  readonly log: Log;
  /** A PEM file of certificate authorities to trust in addition to the built-in ones. */
  readonly extraCaFile: string | null;
}

/**
 * The address of one upstream and its connection pool. A connection in use has no timeout: the
 * upstream may take as long as it needs.
 */
export class UpstreamPool {
  readonly upstream: Upstream;
  /** The `Host` header that the upstream expects. */
  readonly authority: string;
  readonly #base: string;
  readonly #host: string;
  readonly #port: number;
  readonly #secure: boolean;
  readonly #agent: http.Agent;
  readonly #doubted = new WeakSet<Socket>();
  readonly #gates = new WeakMap<Socket, HeadGate>();
  /** Connections that are not used again. */
  readonly #spent = new WeakSet<Socket>();
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
   * Opens a request with exactly these header lines. `framed` says whether they give the body's
   * length or transfer coding. If not, there is no body, and the caller must end the request at
   * once.
   */
  open(method: string, path: string, headers: readonly string[], framed: boolean): ClientRequest {
    // Written out for speed: this runs for every request, and object spread is measurably slower.
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
      // Node adds chunked framing to a POST without a body unless the framing headers are removed
      // first.
      request.removeHeader('content-length');
      request.removeHeader('transfer-encoding');
      for (let index = 0; index + 1 < headers.length; index += 2) {
        request.appendHeader(headers[index] ?? '', headers[index + 1] ?? '');
      }
    }
    request.maxHeadersCount = 0;
    request.on('socket', (socket) => this.#gateOf(socket).arm());
    return request;
  }

  /** Takes an upstream's `Keep-Alive` timeout. It applies to idle connections only. */
  heedKeepAlive(seconds: number): void {
    this.#idleMs = Math.min(this.#idleMs, Math.max(0, seconds * 1_000 - HINT_MARGIN_MS));
  }

  /** Delays the reuse of this connection: its answer has no length, so the server may close it. */
  doubt(socket: Socket): void {
    this.#doubted.add(socket);
  }

  /** Closes all idle connections. */
  dropIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** Closes idle connections now and the others when their exchange ends. */
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
      // `setImmediate` after the timer lets the event loop process a close that has arrived in the
      // meantime.
      setTimeout(() => setImmediate(() => emit(event, ...args)), DOUBT_MS);
      return true;
    };
    const reuseSocket = agent.reuseSocket.bind(agent);
    // Node's implementation turns the upstream's hint into a socket timeout that may stay after the
    // idle phase.
    agent.keepSocketAlive = (socket) => this.#keep(socket);
    agent.reuseSocket = (socket, request) => {
      if (socket instanceof Socket) socket.setTimeout(0);
      reuseSocket(socket, request);
    };
    return agent;
  }

  #gateOf(socket: Socket): HeadGate {
    let gate = this.#gates.get(socket);
    if (gate === undefined) {
      gate = new HeadGate(socket, MAX_HEADER_BYTES, () => this.#spent.add(socket));
      this.#gates.set(socket, gate);
    }
    return gate;
  }

  #keep(socket: Duplex): boolean {
    if (this.#retired || this.#idleMs === 0 || !(socket instanceof Socket)) return false;
    if (this.#spent.has(socket)) return false;
    socket.setTimeout(this.#idleMs);
    socket.unref();
    return true;
  }
}

/**
 * The built-in certificate authorities and those of `NODE_EXTRA_CA_CERTS`. The file is read here
 * because packaged Electron applications ignore that variable: their fuses disable Node's options.
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
