import type { IncomingMessage } from 'node:http';
import { sentence } from '../../../shared/sentences.ts';
import { HOP_HEADER } from '../proxy/headers.ts';
import { under } from '../proxy/target.ts';
import { TokwattError } from '../errors.ts';
import { ask, failureOf, open, textOf } from './call.ts';
import type { Call } from './call.ts';
import { parsed, refusal } from './refusal.ts';
import { unreachable } from './target.ts';
import type { Target } from './target.ts';

const QUICK_MS = 10_000;
/** Longest time to load a model, milliseconds. A large model on a slow disk takes minutes. */
export const LOAD_MS = 600_000;
/** Largest answer, bytes. The model list of a cloud service has a few hundred kilobytes. */
const MAX_ANSWER = 4 * 1024 * 1024;
const MAX_REFUSAL = 64 * 1024;

/** How Tokwatt's own requests identify themselves. */
export interface Sender {
  /** The `User-Agent`. */
  readonly agent: string;
  /** The hop header's value for one request. */
  readonly hop: () => string;
}

/**
 * Tokwatt's own requests to a server. They bypass the proxy and carry the hop header, so that
 * neither this Tokwatt nor a trusting one behind it counts them as the user's traffic. Errors are
 * TokwattErrors with a status.
 */
export class ServerCalls {
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly #sender: Sender;

  constructor(target: Target, sender: Sender, signal: AbortSignal) {
    this.target = target;
    this.#sender = sender;
    this.signal = signal;
  }

  /** The JSON of an answer; undefined if it is not JSON. */
  get(path: string, timeoutMs: number = QUICK_MS): Promise<unknown> {
    return this.#json('GET', path, undefined, timeoutMs);
  }

  post(path: string, body: unknown, timeoutMs: number = QUICK_MS): Promise<unknown> {
    return this.#json('POST', path, body, timeoutMs);
  }

  delete(path: string, body: unknown, timeoutMs: number = QUICK_MS): Promise<unknown> {
    return this.#json('DELETE', path, body, timeoutMs);
  }

  /** Resolves with an answer to be read as a stream. */
  async stream(path: string, body: unknown): Promise<IncomingMessage> {
    const call = this.#call('POST', path, body);
    return accepted(this.target, call);
  }

  async #json(
    method: Call['method'],
    path: string,
    body: unknown,
    timeoutMs: number,
  ): Promise<unknown> {
    const limits = { timeoutMs, maxBytes: MAX_ANSWER };
    const answer = await ask(this.#call(method, path, body), limits).catch((error: unknown) => {
      throw unreachable(this.target, failureOf(error, false));
    });
    if (answer.status >= 300) throw refusal(this.target, answer.status, answer.text);
    return parsed(answer.text);
  }

  #call(method: Call['method'], path: string, body: unknown): Call {
    const { agent, hop } = this.#sender;
    return {
      method,
      url: under(this.target.url, path),
      headers: {
        accept: '*/*',
        'user-agent': agent,
        [HOP_HEADER]: hop(),
        ...this.target.credentials.headers(this.target.kind, path),
      },
      body,
      signal: this.signal,
    };
  }
}

/** Opens a streamed answer. Throws the server's own message if it refuses. */
export async function accepted(target: Target, call: Call): Promise<IncomingMessage> {
  const response = await open(call).catch((error: unknown) => {
    throw unreachable(target, failureOf(error, false));
  });
  const status = response.statusCode ?? 0;
  if (status < 300) return response;
  const text = await textOf(response, MAX_REFUSAL).catch(() => '');
  throw refusal(target, status, text);
}

/**
 * Encodes a model's name for the end of a path and keeps its slashes. Throws `bad_request` (400)
 * for a name that would lead to another path.
 */
export function pathOf(model: string): string {
  const segments = model.split('/');
  if (segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw new TokwattError('bad_request', sentence('no_model_name', { model }), {
      status: 400,
    });
  }
  return segments.map(encodeURIComponent).join('/');
}
