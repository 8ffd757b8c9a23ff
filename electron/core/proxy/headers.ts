import { STATUS_CODES } from 'node:http';
import type { HeadFacts } from './head-facts.ts';
import { LOCATION_HEADERS } from './location.ts';
import type { LocationRewrite } from './location.ts';

/**
 * An empty write that sends a head before its body. Node's `flushHeaders` would encode the head as
 * UTF-8 and change bytes beyond ASCII.
 */
export const HEAD_ALONE = Buffer.alloc(0);

/**
 * Rules for header lines. Headers without a rule pass unchanged, with their case, order and
 * duplicates. Raw headers are flat lists: name, value, name, value …
 */

/** The User-Agent of Tokwatt's own questions to servers: what they are, which models they have loaded. */
export const PROBE_AGENT = 'tokwatt';

/** Sets the tag of a request. It is Tokwatt's own header and is never forwarded. */
export const TAG_HEADER = 'x-tokwatt-tag';
/** Names a request of Tokwatt itself, so that its row is found. It is never forwarded. */
export const REQUEST_HEADER = 'x-tokwatt-request';
/** Marks a request that a Tokwatt has counted, so that the next one does not; see `hop.ts`. */
export const HOP_HEADER = 'x-tokwatt-hop';

/**
 * Hop-by-hop headers (RFC 9110, 7.6.1, with older ones from RFC 2616 and common practice).
 * `Connection`, `TE`, `Trailer` and `Transfer-Encoding` are handled separately below.
 */
const HOP_BY_HOP = new Set([
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'upgrade',
]);

/** `Connection` may name headers to drop, but never those for framing or routing. */
const NOT_TO_BE_DROPPED = new Set(['content-length', 'host', 'transfer-encoding', HOP_HEADER]);

export type HeaderLine = readonly [name: string, value: string];

export interface RequestHeaderChange {
  /** The upstream's authority. Ollama and others reject foreign host names. */
  readonly host: string;
  /** The hop header's value, which replaces the client's; null keeps the client's. */
  readonly hop: string | null;
  /** The new length if the body was rewritten. */
  readonly contentLength?: number;
  /** Forward an `Upgrade` header. */
  readonly upgrade?: boolean;
  /** A header to add; null adds none. */
  readonly credential?: HeaderLine | null;
}

/** The header lines of a request for the upstream. */
export function upstreamHeaders(
  rawHeaders: readonly string[],
  facts: HeadFacts,
  change: RequestHeaderChange,
): string[] {
  const out: string[] = [];
  let connection: string | null = ownConnection(facts, change);
  let host: string | null = change.host;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    const key = name.toLowerCase();
    if (key === 'connection') {
      // The proxy's own `Connection` value replaces the client's.
      if (connection !== null) out.push(name, connection);
      connection = null;
    } else if (key === 'host') {
      if (host !== null) out.push(name, host);
      host = null;
    } else if (key === 'content-length' && change.contentLength !== undefined) {
      out.push(name, String(change.contentLength));
    } else if (key === 'upgrade' && change.upgrade === true) {
      out.push(name, value);
    } else if (key === 'te') {
      // Trailers are relayed, so `trailers` may pass. Transfer codings belong to one connection.
      if (facts.wantsTrailers) out.push(name, 'trailers');
    } else if (!isOurs(key, change) && !isHopByHop(key, facts)) {
      out.push(name, value);
    }
  }
  if (host !== null) out.push('Host', host);
  if (connection !== null) out.push('Connection', connection);
  if (change.hop !== null) out.push(HOP_HEADER, change.hop);
  const { credential = null } = change;
  if (credential !== null) out.push(...credential);
  return out;
}

/** True for headers that Tokwatt sets itself. The client's value is not forwarded. */
function isOurs(key: string, change: RequestHeaderChange): boolean {
  if (key === TAG_HEADER || key === REQUEST_HEADER) return true;
  return key === HOP_HEADER && change.hop !== null;
}

function ownConnection(facts: HeadFacts, change: RequestHeaderChange): string {
  if (change.upgrade === true) return 'Upgrade';
  return facts.wantsTrailers ? 'TE, keep-alive' : 'keep-alive';
}

export interface ResponseHeaderChange {
  /** Keep the chunked coding, which the client's connection supports. */
  readonly chunked: boolean;
  /** The body's length changes. */
  readonly dropLength: boolean;
  /** Applied to addresses for the client. */
  readonly location?: LocationRewrite;
}

/** The header lines of an answer for the client. The caller adds `Connection`. */
export function clientHeaders(
  rawHeaders: readonly string[],
  facts: HeadFacts,
  change: ResponseHeaderChange,
): string[] {
  const out: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (key === 'connection' || key === 'te') continue;
    if (key === 'transfer-encoding' && !change.chunked) continue;
    if (key === 'trailer' && !change.chunked) continue;
    if (key === 'content-length' && change.dropLength) continue;
    if (isHopByHop(key, facts)) continue;
    const value = rawHeaders[index + 1] ?? '';
    const moves = change.location !== undefined && LOCATION_HEADERS.has(key);
    out.push(name, moves ? change.location(value) : value);
  }
  return out;
}

function isHopByHop(key: string, facts: HeadFacts): boolean {
  if (HOP_BY_HOP.has(key)) return true;
  return facts.connection.has(key) && !NOT_TO_BE_DROPPED.has(key);
}

/** Trailers as pairs for Node's `addTrailers`; null if there are none. */
export function trailerPairs(rawTrailers: readonly string[]): [string, string][] | null {
  if (rawTrailers.length === 0) return null;
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawTrailers.length; index += 2) {
    pairs.push([rawTrailers[index] ?? '', rawTrailers[index + 1] ?? '']);
  }
  return pairs;
}

/**
 * The reason phrase for the client. A phrase with characters that HTTP does not allow is replaced by
 * the status's own one, because clients ignore phrases and Node would refuse the whole answer.
 */
export function reasonPhrase(status: number, phrase: string): string {
  return /[^\t\x20-\x7e\x80-\xff]/.test(phrase) ? (STATUS_CODES[status] ?? '') : phrase;
}

/** Header lines as text, for the few heads that Node does not write. */
export function headerLines(rawHeaders: readonly string[]): string {
  let lines = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines += `${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}\r\n`;
  }
  return lines;
}
