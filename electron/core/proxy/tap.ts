/**
 * What the proxy tells about the traffic it passes. The proxy knows HTTP and no tokens: it hands
 * copies (references, in fact: a tap must not write to them) to whoever listens, after the bytes
 * went on their way. Whatever a tap throws is caught and logged; traffic never notices.
 */

/** The upstream a request is for. */
export interface Upstream {
  readonly name: string;
  /** http(s) address; its path is a base path in front of every request's. */
  readonly url: URL;
  /** Ask OpenAI-style streams for their usage and hide it from the client again. */
  readonly exactUsage: boolean;
  /** Add its API key to requests that bring no credentials; false unless given. */
  readonly injectKey?: boolean;
}

/** The head of a request, as the client sent it. */
export interface RequestHead {
  readonly upstream: Upstream;
  readonly method: string;
  /** Path and query exactly as received, percent-encoding untouched. */
  readonly target: string;
  /** Name, value, name, value … as received. */
  readonly rawHeaders: readonly string[];
  readonly remoteAddress: string | null;
  /** When the head was received: Unix milliseconds, and the monotonic clock's milliseconds. */
  readonly at: number;
  readonly monotonicAt: number;
}

/** How an exchange ended. */
export type Outcome =
  /** The answer was passed on to its end. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'client-aborted' }
  /** No answer: connection refused, host unknown, and so on; the client got a 502. */
  | { readonly kind: 'upstream-unreachable'; readonly code: string | null }
  /** The connection to the server broke inside the answer; the client was reset. */
  | { readonly kind: 'upstream-died'; readonly code: string | null }
  /** The request was refused by the proxy itself. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the proxy itself knows of an exchange that it passed on. */
export interface Passed {
  readonly outcome: Outcome;
  /** The status the client saw; null if it saw none. */
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/**
 * One exchange as it happens. Calls come in this order, `end` exactly once and last. If one of them
 * throws, nothing more is told, and `abandon` takes the place of `end`.
 */
export interface ExchangeTap {
  requestChunk(chunk: Buffer): void;
  requestEnd(): void;
  /** The head of the answer the client gets, its own 4xx and 5xx included. */
  response(status: number, rawHeaders: readonly string[]): void;
  responseChunk(chunk: Buffer): void;
  end(outcome: Outcome): void;
  /** The exchange is over and a call threw. Nothing may be left of it, even if this throws too. */
  abandon(passed: Passed): void;
}

/** Whoever wants to see traffic. */
export interface Tap {
  /**
   * Called once per request; null means this exchange is not of interest. If it throws, nothing may be
   * left of the exchange.
   */
  open(head: RequestHead): ExchangeTap | null;
}

/**
 * Gives the body of an error that the proxy itself answers, in the shape that clients of this
 * path expect. JSON text.
 */
export type ErrorBody = (
  method: string,
  path: string,
  error: { readonly status: number; readonly code: string; readonly message: string },
) => string;
