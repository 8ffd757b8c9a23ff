/**
 * Written where a head goes out ahead of its body: Node's `flushHeaders` would send it as UTF-8, and
 * change bytes beyond ASCII.
 */
export const HEAD_ALONE = Buffer.alloc(0);

/**
 * What happens to header lines on their way. Everything else passes as received: names' case, order
 * and duplicates. Raw headers are flat lists: name, value, name, value …
 */

/** Names a request for its tag; ours alone, it never reaches the upstream. */
export const TAG_HEADER = 'x-tokwatt-tag';
/** Marks traffic that a Tokwatt counts already, so that a second one does not; `hop.ts` has its form. */
export const HOP_HEADER = 'x-tokwatt-hop';

/**
 * Headers that concern one connection only (RFC 9110, 7.6.1, with the older names that RFC 2616 and
 * practice add). `Connection`, `TE`, `Trailer` and `Transfer-Encoding` have rules of their own below.
 */
const HOP_BY_HOP = new Set([
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'upgrade',
]);

/** `Connection` may name headers to drop, but never those that frame or route the message. */
const NOT_TO_BE_DROPPED = new Set(['content-length', 'host', 'transfer-encoding', HOP_HEADER]);

export type HeaderLine = readonly [name: string, value: string];

/** What the proxy needs to know of a head before it decides anything. */
export interface HeadFacts {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly contentLength: string | null;
  readonly transferEncodings: readonly string[];
  /** `Expect: 100-continue`. */
  readonly expectsContinue: boolean;
  /** What `Connection` names, lower case. */
  readonly connection: ReadonlySet<string>;
  /** The `Upgrade` value, lower case. */
  readonly upgrade: string | null;
  /** `TE: trailers`. */
  readonly wantsTrailers: boolean;
  /** Seconds that the sender says it keeps an idle connection (`Keep-Alive: timeout=`). */
  readonly keepAliveSeconds: number | null;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The lengths of the names that `headFacts` reads: most lines need no closer look. */
const TELLING_LENGTHS = new Set([2, 4, 6, 7, 10, 14, 17]);

/** Reads a head once. */
export function headFacts(rawHeaders: readonly string[]): HeadFacts {
  const hosts: string[] = [];
  const origins: string[] = [];
  const transferEncodings: string[] = [];
  let contentLength: string | null = null;
  let expectsContinue = false;
  let connection: Set<string> | null = null;
  let upgrade: string | null = null;
  let wantsTrailers = false;
  let keepAliveSeconds: number | null = null;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!TELLING_LENGTHS.has(name.length)) continue;
    const value = rawHeaders[index + 1] ?? '';
    switch (name.toLowerCase()) {
      case 'host':
        hosts.push(value);
        break;
      case 'origin':
        origins.push(value);
        break;
      case 'content-length':
        contentLength = value;
        break;
      case 'transfer-encoding':
        transferEncodings.push(value);
        break;
      case 'expect':
        expectsContinue ||= value.toLowerCase() === '100-continue';
        break;
      case 'connection':
        connection ??= new Set();
        for (const token of value.split(',')) connection.add(token.trim().toLowerCase());
        break;
      case 'upgrade':
        upgrade = value.toLowerCase();
        break;
      case 'te':
        wantsTrailers ||= /(?:^|,)\s*trailers\s*(?:,|$)/i.test(value);
        break;
      case 'keep-alive':
        keepAliveSeconds = timeoutHint(value);
        break;
    }
  }
  return {
    hosts,
    origins,
    contentLength,
    transferEncodings,
    expectsContinue,
    connection: connection ?? NOTHING,
    upgrade,
    wantsTrailers,
    keepAliveSeconds,
  };
}

function timeoutHint(value: string): number | null {
  const seconds = /(?:^|[\s,;])timeout="?(\d{1,9})/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Whether the sender's body is sent in chunks: the last transfer coding says so. */
export function isChunked(facts: HeadFacts): boolean {
  const last = facts.transferEncodings.at(-1);
  return last !== undefined && /(?:^|,)\s*chunked\s*$/i.test(last);
}

/** Whether a request brings a body (RFC 9112, 6.3). A length of 0 is none. */
export function hasBody(facts: HeadFacts): boolean {
  if (facts.transferEncodings.length > 0) return true;
  return facts.contentLength !== null && !/^0+$/.test(facts.contentLength);
}

export interface RequestHeaderChange {
  /** The upstream's authority: Ollama and others refuse foreign names. */
  readonly host: string;
  /** The value of our hop header, in place of the client's; null leaves the client's as it is. */
  readonly hop: string | null;
  /** A body of another length than the client's goes out. */
  readonly contentLength?: number;
  /** Pass an `Upgrade` on. */
  readonly upgrade?: boolean;
  /** A header to add; null adds none. */
  readonly credential?: HeaderLine | null;
}

/** The header lines of a request as the upstream gets them. */
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
      // Ours takes the place of the client's.
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
      // Trailers pass, so a wish for them may; transfer codings are each connection's own.
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

/** Headers that are Tokwatt's own: the client's do not go on. */
function isOurs(key: string, change: RequestHeaderChange): boolean {
  return key === TAG_HEADER || (key === HOP_HEADER && change.hop !== null);
}

function ownConnection(facts: HeadFacts, change: RequestHeaderChange): string {
  if (change.upgrade === true) return 'Upgrade';
  return facts.wantsTrailers ? 'TE, keep-alive' : 'keep-alive';
}

export interface ResponseHeaderChange {
  /** Pass the chunked coding on, as the client's connection can carry it. */
  readonly chunked: boolean;
  /** The body gets another length than the upstream's. */
  readonly dropLength: boolean;
}

/** The header lines of an answer as the client gets them, `Connection` left to the caller. */
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
    out.push(name, rawHeaders[index + 1] ?? '');
  }
  return out;
}

function isHopByHop(key: string, facts: HeadFacts): boolean {
  if (HOP_BY_HOP.has(key)) return true;
  return facts.connection.has(key) && !NOT_TO_BE_DROPPED.has(key);
}

/** Trailers as pairs, as Node's `addTrailers` takes them; null if there are none. */
export function trailerPairs(rawTrailers: readonly string[]): [string, string][] | null {
  if (rawTrailers.length === 0) return null;
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawTrailers.length; index += 2) {
    pairs.push([rawTrailers[index] ?? '', rawTrailers[index + 1] ?? '']);
  }
  return pairs;
}

/** Header lines as bytes of a head, for the few heads that Node does not write itself. */
export function headerLines(rawHeaders: readonly string[]): string {
  let lines = '';
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines += `${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}\r\n`;
  }
  return lines;
}
