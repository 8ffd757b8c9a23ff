import type { RequestHead } from './tap.ts';

/**
 * Changes request and response bodies for upstreams with *exact usage*, the only case in which
 * bodies are changed. The tap sees the upstream's original bytes, the client sees the rewritten
 * ones.
 */
export interface Rewriter {
  /** Called for requests with a body. Null leaves the exchange unchanged and unbuffered. */
  open(head: RequestHead): ExchangeRewrite | null;
}

/** None of these methods may throw. If one does, the bytes after that pass unchanged. */
export interface ExchangeRewrite {
  /** The longest request body that is buffered, bytes. A longer one is forwarded unchanged. */
  readonly maxBody: number;
  /**
   * Returns the body to send instead; null keeps the original. Called once; not called for longer
   * bodies.
   */
  request(body: Buffer): Buffer | null;
  /**
   * Returns the transform of the answer's body; null passes it unchanged. Called once, and only if
   * the request was rewritten.
   */
  response(status: number, rawHeaders: readonly string[]): ResponseTransform | null;
}

/**
 * Converts the upstream's body into the client's. `push` returns null if there is nothing to send
 * yet.
 */
export interface ResponseTransform {
  push(chunk: Buffer): Buffer | null;
  /** The body ended without an error; returns the bytes that are still held. */
  end(): Buffer | null;
}
