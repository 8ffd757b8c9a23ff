import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { HeadFacts } from './head-facts.ts';
import { hasBody } from './head-facts.ts';
import { upstreamHeaders } from './headers.ts';
import type { Observer } from './observer.ts';
import type { ProxyContext } from './proxy-context.ts';
import type { ExchangeRewrite } from './rewriter.ts';
import type { RequestHead } from './tap.ts';
import type { UpstreamPool } from './upstream-pool.ts';

/** One admitted request. */
export interface Admitted {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly head: RequestHead;
  readonly facts: HeadFacts;
  readonly link: UpstreamPool;
  readonly observer: Observer;
}

/**
 * Opens the request to the upstream. Throws if its head is invalid.
 *
 * @param contentLength the length of a body that replaces the client's
 */
export function openUpstream(
  context: ProxyContext,
  { head, facts, link }: Admitted,
  contentLength?: number,
): ClientRequest {
  const credential = context.credential(head);
  const change = { host: link.authority, hop: context.hop(), credential };
  const headers = upstreamHeaders(
    head.rawHeaders,
    facts,
    contentLength === undefined ? change : { ...change, contentLength },
  );
  const framed = facts.contentLength !== null || facts.transferEncodings.length > 0;
  return link.open(head.method, head.target, headers, framed);
}

/** The rewrite of a request's body; null if the body passes unchanged. */
export function openRewrite(
  { rewriter }: ProxyContext,
  { head, facts }: Admitted,
): ExchangeRewrite | null {
  // With `Expect: 100-continue` the client sends the body only after the upstream's consent, so
  // the body cannot be buffered before the upstream is contacted.
  if (rewriter === null || !hasBody(facts) || facts.expectsContinue) return null;
  return rewriter.open(head);
}
