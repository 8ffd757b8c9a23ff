import http from 'node:http';
import https from 'node:https';
import { PROBE_AGENT } from '../proxy/headers.ts';
import { under } from '../proxy/target.ts';

/** A server's answer to one request, or the reason why there is none. */
export type ProbeAnswer = ProbeReply | ProbeFailure;

export interface ProbeReply {
  readonly ok: true;
  readonly status: number;
  /** The `Server` header. */
  readonly server: string | null;
  /** Null if the body was larger than the limit, because a part of it would be useless. */
  readonly text: string | null;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
}

export interface ProbeFailure {
  readonly ok: false;
  /** Node's error code, such as `ECONNREFUSED`, or `TIMEOUT`. */
  readonly code: string;
  readonly message: string;
  /** True if the server accepted the connection: it is running but may be busy. */
  readonly connected: boolean;
}

export interface Prober {
  /** Sends a GET for a path (with its query) under the server's base path. Never throws. */
  get(base: URL, path: string, headers?: http.OutgoingHttpHeaders): Promise<ProbeAnswer>;
  /** Sends a POST with a JSON body. Never throws. */
  post(
    base: URL,
    path: string,
    body: unknown,
    headers?: http.OutgoingHttpHeaders,
  ): Promise<ProbeAnswer>;
  /** Aborts all requests. Later ones fail at once. */
  close(): void;
}

export interface ProberOptions {
  /** Time limit for the whole answer, milliseconds. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body: Buffer | null;
  /** In addition to the headers of every request. */
  readonly headers: http.OutgoingHttpHeaders;
}

type Limits = Required<ProberOptions>;

/**
 * Creates a prober, which sends small requests to servers. It has its own connections, so that
 * proxied traffic never waits for it. Redirects are not followed.
 */
export function createProber(options: ProberOptions = {}): Prober {
  const limits: Limits = { timeoutMs: 2000, maxBytes: 1024 * 1024, ...options };
  const connection = { keepAlive: true, maxFreeSockets: 2 };
  const agents = { http: new http.Agent(connection), https: new https.Agent(connection) };
  let closed = false;
  const isClosed = (): boolean => closed;
  const ask = async (question: Question): Promise<ProbeAnswer> => {
    if (isClosed()) return CLOSED;
    const first = await send(question, agents, limits);
    // A server may close an idle connection just when it is reused. That says nothing about the
    // server, so the request is sent again.
    if (first !== 'stale') return first;
    const second = isClosed() ? CLOSED : await send(question, agents, limits);
    return second === 'stale' ? RESET : second;
  };
  return {
    get: (base, path, headers = {}) =>
      ask({ method: 'GET', url: under(base, path), body: null, headers }),
    post: (base, path, body, headers = {}) => {
      const content = Buffer.from(JSON.stringify(body));
      return ask({ method: 'POST', url: under(base, path), body: content, headers });
    },
    close: () => {
      closed = true;
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function send(
  question: Question,
  agents: { readonly http: http.Agent; readonly https: https.Agent },
  limits: Limits,
): Promise<ProbeAnswer | 'stale'> {
  const { method, url, body } = question;
  const secure = url.protocol === 'https:';
  return new Promise((resolve) => {
    let connected = false;
    const request = (secure ? https : http).request(url, {
      method,
      agent: secure ? agents.https : agents.http,
      headers: requestHeaders(question),
    });
    const fail = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      const broken = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      if (broken && request.reusedSocket) resolve('stale');
      else resolve({ ok: false, code: error.code ?? 'ERROR', message: error.message, connected });
    };
    const timer = setTimeout(() => {
      const message = `no answer within ${limits.timeoutMs} ms`;
      request.destroy(Object.assign(new Error(message), { code: 'TIMEOUT' }));
    }, limits.timeoutMs);
    request.on('error', fail);
    request.on('socket', (socket) => {
      connected = !socket.connecting;
      // A reused connection is already connected and would collect a listener for each request.
      if (!connected) socket.once('connect', () => (connected = true));
    });
    request.on('response', (response) => {
      collect(response, limits.maxBytes).then((text) => {
        clearTimeout(timer);
        resolve(reply(response, text));
      }, fail);
    });
    request.end(body ?? undefined);
  });
}

const RESET: ProbeFailure = {
  ok: false,
  code: 'ECONNRESET',
  message: 'connection reset',
  connected: true,
};
const CLOSED: ProbeFailure = { ok: false, code: 'CLOSED', message: 'closed', connected: false };

function requestHeaders({ body, headers: more }: Question): http.OutgoingHttpHeaders {
  const headers = { accept: '*/*', 'user-agent': PROBE_AGENT, ...more };
  if (body === null) return headers;
  return { ...headers, 'content-type': 'application/json', 'content-length': body.length };
}

/** Reads the whole body as text. Returns null, and stops reading, if it exceeds `maxBytes`. */
function collect(response: http.IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
      } else {
        resolve(null);
        response.destroy();
      }
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
  });
}

function reply(response: http.IncomingMessage, text: string | null): ProbeReply {
  return {
    ok: true,
    status: response.statusCode ?? 0,
    server: headerOf(response, 'server'),
    text,
    json: parsed(text),
  };
}

function headerOf(response: http.IncomingMessage, name: string): string | null {
  const value = response.headers[name];
  return typeof value === 'string' ? value : null;
}

function parsed(text: string | null): unknown {
  if (text === null || !/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
