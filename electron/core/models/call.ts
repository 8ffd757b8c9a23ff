import http from 'node:http';
import https from 'node:https';
import { systemCode } from '../errors.ts';
import type { ProbeFailure } from '../upstreams/probe.ts';

/** One request made by Tokwatt itself. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers: http.OutgoingHttpHeaders;
  /** Sent as JSON; undefined for no body. */
  readonly body?: unknown;
  /** Aborts the request, including the reading of its answer. */
  readonly signal?: AbortSignal | undefined;
}

/** There was no answer, or it broke off. Has the fields that `failureNote` needs. */
export class CallFailure extends Error implements ProbeFailure {
  readonly ok = false;
  readonly code: string;
  readonly connected: boolean;

  constructor(code: string, message: string, connected: boolean) {
    super(message);
    this.name = 'CallFailure';
    this.code = code;
    this.connected = connected;
  }
}

/**
 * Sends a request and resolves with the answer when its head arrives. There is no time limit,
 * because the server may have to load a model first. Redirects are not followed. Throws a
 * `CallFailure`.
 */
export function open({ method, url, headers, body, signal }: Call): Promise<http.IncomingMessage> {
  const content = body === undefined ? null : Buffer.from(JSON.stringify(body));
  const client = url.protocol === 'https:' ? https : http;
  // These calls are rare, so each uses its own connection. A reused one might just be closed by the
  // server.
  const connection = { keepAlive: false };
  return new Promise((resolve, reject) => {
    let connected = false;
    const request = client.request(url, {
      method,
      agent: new client.Agent(connection),
      ...(signal === undefined ? {} : { signal }),
      headers: {
        ...headers,
        ...(content === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': content.length }),
      },
    });
    request.on('socket', (socket) => socket.once('connect', () => (connected = true)));
    request.on('error', (error) => reject(failureOf(error, connected)));
    request.on('response', resolve);
    // An unexpected protocol switch ends without an answer and without an error.
    request.on('close', () => reject(new CallFailure('ERROR', 'there was no answer', connected)));
    request.end(content ?? undefined);
  });
}

/**
 * Resolves with a whole answer as text. Throws a `CallFailure` if the answer breaks off, takes
 * longer than `timeoutMs` (code `TIMEOUT`) or is larger than `maxBytes` (code `TOO_LARGE`).
 */
export async function ask(
  call: Call,
  limits: { readonly timeoutMs: number; readonly maxBytes: number },
): Promise<{ readonly status: number; readonly text: string }> {
  const timeout = new AbortController();
  const stop = (): void => timeout.abort();
  let connected = false;
  const timer = setTimeout(stop, limits.timeoutMs);
  call.signal?.addEventListener('abort', stop);
  if (call.signal?.aborted === true) stop();
  try {
    const response = await open({ ...call, signal: timeout.signal });
    connected = true;
    const text = await textOf(response, limits.maxBytes);
    return { status: response.statusCode ?? 0, text };
  } catch (error) {
    const failure = failureOf(error, connected);
    if (!timeout.signal.aborted || call.signal?.aborted === true) throw failure;
    const message = `no answer within ${Math.round(limits.timeoutMs / 1_000)} seconds`;
    throw new CallFailure('TIMEOUT', message, failure.connected);
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', stop);
  }
}

/** Reads the rest of an answer as text. Throws a `CallFailure` if it is larger than `maxBytes`. */
export async function textOf(response: http.IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new CallFailure('TOO_LARGE', `the answer is larger than ${maxBytes} bytes`, true);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function failureOf(error: unknown, connected: boolean): CallFailure {
  if (error instanceof CallFailure) return error;
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  return new CallFailure(systemCode(error) ?? 'ERROR', message, connected);
}
