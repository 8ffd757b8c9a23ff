/**
 * The interface between the proxy and the code that reads its traffic. The proxy knows HTTP but no
 * tokens. It passes references to the relayed chunks, after it has sent them; a tap must not modify
 * them. Anything that a tap throws is caught and logged, so traffic is not affected.
 */

import type { ClientConnection } from './client-connection.ts';
import type { StreamFormat } from './stream-end.ts';

/** The upstream a request is for. */
export interface Upstream {
  readonly name: string;
  /** http(s) address. Its path is prepended to the path of every request. */
  readonly url: URL;
  /** Ask OpenAI-style streams for their usage and hide it from the client. */
  readonly exactUsage: boolean;
  /** Add the upstream's API key to requests without credentials; false by default. */
  readonly injectKey?: boolean;
}

/** The head of a request, as sent by the client. */
export interface RequestHead {
  readonly upstream: Upstream;
  readonly method: string;
  /** Path and query exactly as received, percent-encoding untouched. */
  readonly target: string;
  /** Name, value, name, value … as received. */
  readonly rawHeaders: readonly string[];
  readonly remoteAddress: string | null;
  /** Null if the client closed it before its request was read. */
  readonly connection: ClientConnection | null;
  /** When the head was received: Unix milliseconds, then milliseconds of the monotonic clock. */
  readonly at: number;
  readonly monotonicAt: number;
}

/** How an exchange ended. */
export type Outcome =
  /**
   * The whole answer was relayed. `closedBy` is set after a change of protocol: the side that ended
   * its direction of the connection first.
   */
  | { readonly kind: 'complete'; readonly closedBy?: 'client' | 'upstream' }
  | { readonly kind: 'client-aborted' }
  /** Tokwatt closed the client's connection, because it stopped. */
  | { readonly kind: 'stopped' }
  /**
   * The user cancelled it in Tokwatt. Before the answer, the client got a 499; during it, an error at
   * the end of the stream, or its connection was reset.
   */
  | { readonly kind: 'cancelled' }
  /** There was no connection (refused, unknown host and so on). The client got a 502. */
  | { readonly kind: 'upstream-unreachable'; readonly code: string | null }
  /**
   * The answer is not valid HTTP. If it had not begun yet, the client got a 502, else its connection
   * was reset.
   */
  | { readonly kind: 'malformed-answer'; readonly code: string | null }
  /**
   * The connection to the server broke. Before the answer, the client got a 502; during it, its
   * connection was reset.
   */
  | { readonly kind: 'upstream-died'; readonly code: string | null }
  /** The proxy itself refused the request. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the proxy itself knows of a relayed exchange. */
export interface Passed {
  readonly outcome: Outcome;
  /** The status that the client received; null if it received none. */
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/**
 * Receives the events of one exchange. Calls come in the order below; `end` is called exactly once,
 * as the last. After a call that throws, the only further call is `abandon`, in place of `end`.
 *
 * After a response with status 101 (Switching Protocols) the connection belongs to another
 * protocol. Its bytes then come as `requestChunk` (from the client) and `responseChunk` (from the
 * server), in the order of their arrival.
 */
export interface ExchangeTap {
  requestChunk(chunk: Buffer): void;
  requestEnd(): void;
  /** The head of the answer that the client gets, including the proxy's own 4xx and 5xx answers. */
  response(status: number, rawHeaders: readonly string[]): void;
  responseChunk(chunk: Buffer): void;
  end(outcome: Outcome): void;
  /**
   * Called at the end of an exchange if an earlier call threw. It must release everything that
   * belongs to the exchange, even if it throws itself.
   */
  abandon(passed: Passed): void;
}

/** Opens an `ExchangeTap` for each request. */
export interface Tap {
  /**
   * Called once for each request; null ignores the exchange. If it throws, it must keep nothing of
   * it.
   */
  open(head: RequestHead): ExchangeTap | null;
}

/**
 * Returns the body of an error answer of the proxy as JSON text, in the shape that clients of this
 * path expect.
 */
export type ErrorBody = (
  method: string,
  path: string,
  error: { readonly status: number; readonly code: string; readonly message: string },
) => string;

/**
 * Returns the text that ends a stream with an error, in the form that clients of this path expect: an
 * event, or a line. Null if no such form is known.
 */
export type StreamError = (
  method: string,
  path: string,
  format: StreamFormat,
  error: { readonly status: number; readonly code: string; readonly message: string },
) => string | null;
