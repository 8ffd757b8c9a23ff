import type { Log } from '../log.ts';
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
  /**
   * The upstream rejected the rewritten body and accepted the client's.
   *
   * @param status the status of the rejection
   */
  rejected(status: number): void;
}

/**
 * Converts the upstream's body into the client's. `push` returns null if there is nothing to send
 * yet.
 */
export interface ResponseTransform {
  push(chunk: Buffer): Buffer | null;
  /** The body ended or broke off; returns the bytes that are still held. Called once. */
  end(): Buffer | null;
}

/**
 * Protects the proxy from errors that a rewriter throws: they are logged, and the bytes after that
 * pass unchanged.
 */
export function guardRewriter(rewriter: Rewriter, log: Log): Rewriter {
  const guard: Guard = (step, fallback) => {
    try {
      return step();
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      log.error({ error: name }, 'A body could not be rewritten. It is passed on unchanged.');
      return fallback();
    }
  };
  const nothing = (): null => null;
  return {
    open: (head) => {
      const rewrite = guard(() => rewriter.open(head), nothing);
      if (rewrite === null) return null;
      return {
        maxBody: rewrite.maxBody,
        request: (body) => guard(() => rewrite.request(body), nothing),
        response: (status, rawHeaders) => {
          const transform = guard(() => rewrite.response(status, rawHeaders), nothing);
          return transform === null ? null : guardTransform(transform, guard);
        },
        rejected: (status) => guard(() => rewrite.rejected(status), nothing),
      };
    },
  };
}

type Guard = <T>(step: () => T, fallback: () => T) => T;

function guardTransform(transform: ResponseTransform, guard: Guard): ResponseTransform {
  let hasFailed = false;
  const step = (next: () => Buffer | null, original: Buffer | null): Buffer | null => {
    if (hasFailed) return original;
    return guard(next, () => {
      hasFailed = true;
      return original;
    });
  };
  return {
    push: (chunk) => step(() => transform.push(chunk), chunk),
    end: () => step(() => transform.end(), null),
  };
}
