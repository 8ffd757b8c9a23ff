import type { RequestHead } from './tap.ts';

/**
 * The one way to change a body on its way: an upstream's opt-in *exact usage*. The tap still sees the
 * upstream's own bytes, the client sees what comes out here.
 */
export interface Rewriter {
  /** Called for requests with a body; null leaves the exchange alone, and nothing is held. */
  open(head: RequestHead): ExchangeRewrite | null;
}

/** None of these may throw; if one does, the bytes pass as they are from there on. */
export interface ExchangeRewrite {
  /** The longest request body, in bytes, that is held to be rewritten; a longer one passes as it is. */
  readonly maxBody: number;
  /** The body to send instead, or null to leave it untouched. Called once, not for longer bodies. */
  request(body: Buffer): Buffer | null;
  /**
   * What to do with the answer's body; null passes it untouched. Called once, only if the request was
   * rewritten.
   */
  response(status: number, rawHeaders: readonly string[]): ResponseTransform | null;
}

/** Turns the upstream's body into the client's. Null: nothing to pass on this time. */
export interface ResponseTransform {
  push(chunk: Buffer): Buffer | null;
  /** The body ended cleanly: gives what was held back. */
  end(): Buffer | null;
}
