import type { ClientRequest } from 'node:http';
import { failureCode } from './failure.ts';
import type { HeadFacts } from './head-facts.ts';
import { hasBody } from './head-facts.ts';
import type { ExchangeRewrite, ResponseTransform } from './rewriter.ts';

/** Methods without side effects, which may be sent again. */
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request may be sent again on a new connection. A pooled connection may prove to be dead
 * only when it is used. Only safe methods without a body are repeated, so a generation never is.
 */
export function mayRepeat(
  method: string,
  facts: HeadFacts,
  up: ClientRequest,
  error: Error,
): boolean {
  const code = failureCode(error);
  if (!up.reusedSocket || (code !== 'ECONNRESET' && code !== 'EPIPE')) return false;
  return SAFE_METHODS.has(method) && !hasBody(facts);
}

/** Statuses of servers that reject a body: for what it contains, or for an unknown member. */
const BODY_REJECTED = new Set([400, 422]);

/**
 * A request whose body was rewritten. If the upstream rejects the body, the client's own body is
 * sent once instead. That cannot repeat a generation, because a rejected request produces none.
 */
export class RewrittenRequest {
  readonly #rewrite: ExchangeRewrite;
  /** The client's body; null once the upstream has answered. */
  #original: Buffer | null;
  /** The status of the rejection; null if there was none. */
  #rejectedWith: number | null = null;

  constructor(rewrite: ExchangeRewrite, original: Buffer) {
    this.#rewrite = rewrite;
    this.#original = original;
  }

  /**
   * Returns the client's body if it must be sent now, because the upstream has rejected the
   * rewritten one. Call it for each answer, before anything of the answer is relayed.
   */
  bodyToSendInstead(status: number): Buffer | null {
    const original = this.#original;
    this.#original = null;
    if (original !== null && BODY_REJECTED.has(status)) {
      this.#rejectedWith = status;
      return original;
    }
    // Only an accepted original proves that the rewriting was the reason.
    if (this.#rejectedWith !== null && status < 400) this.#rewrite.rejected(this.#rejectedWith);
    return null;
  }

  /** The transform of an answer to the rewritten body; null for an answer to the original. */
  response(status: number, rawHeaders: readonly string[]): ResponseTransform | null {
    return this.#rejectedWith === null ? this.#rewrite.response(status, rawHeaders) : null;
  }
}
