import type { IncomingMessage } from 'node:http';
import { connectionOf } from './client-connection.ts';
import type { RequestHead, Upstream } from './tap.ts';

/** The head of a request as the tap sees it. `target` is the path sent to the upstream. */
export function requestHead(req: IncomingMessage, target: string, upstream: Upstream): RequestHead {
  return {
    upstream,
    method: req.method ?? '',
    target,
    rawHeaders: req.rawHeaders,
    remoteAddress: req.socket.remoteAddress ?? null,
    connection: connectionOf(req.socket),
    at: Date.now(),
    monotonicAt: performance.now(),
  };
}

/** The parts of a head that an error body may depend on. */
export function requestOf(head: RequestHead): { method: string; path: string } {
  return { method: head.method, path: head.target };
}
