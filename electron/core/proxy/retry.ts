import type { ClientRequest } from 'node:http';
import { failureCode } from './failure.ts';
import type { HeadFacts } from './head-facts.ts';
import { hasBody } from './head-facts.ts';

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
