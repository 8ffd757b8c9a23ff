/** The parts of a head that the proxy's decisions need. */
export interface HeadFacts {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly contentLength: string | null;
  readonly transferEncodings: readonly string[];
  /** `Expect: 100-continue`. */
  readonly expectsContinue: boolean;
  /** The names listed in `Connection`, lower case. */
  readonly connection: ReadonlySet<string>;
  /** The `Upgrade` value, lower case. */
  readonly upgrade: string | null;
  /** `TE: trailers`. */
  readonly wantsTrailers: boolean;
  /** Seconds for which the sender keeps an idle connection (`Keep-Alive: timeout=`). */
  readonly keepAliveSeconds: number | null;
}

const NOTHING: ReadonlySet<string> = new Set();

/** The lengths of the header names read by `headFacts`. Skips most lines without a comparison. */
const TELLING_LENGTHS = new Set([2, 4, 6, 7, 10, 14, 17]);

/** Extracts all facts in one pass. */
export function headFacts(rawHeaders: readonly string[]): HeadFacts {
  const facts: CollectedFacts = {
    hosts: [],
    origins: [],
    contentLength: null,
    transferEncodings: [],
    expectsContinue: false,
    connection: NOTHING,
    upgrade: null,
    wantsTrailers: false,
    keepAliveSeconds: null,
  };
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (TELLING_LENGTHS.has(name.length)) collect(facts, name, rawHeaders[index + 1] ?? '');
  }
  return facts;
}

interface CollectedFacts extends HeadFacts {
  readonly hosts: string[];
  readonly origins: string[];
  readonly transferEncodings: string[];
  contentLength: string | null;
  expectsContinue: boolean;
  connection: ReadonlySet<string>;
  upgrade: string | null;
  wantsTrailers: boolean;
  keepAliveSeconds: number | null;
}

function collect(facts: CollectedFacts, name: string, value: string): void {
  switch (name.toLowerCase()) {
    case 'host':
      facts.hosts.push(value);
      break;
    case 'origin':
      facts.origins.push(value);
      break;
    case 'content-length':
      facts.contentLength = value;
      break;
    case 'transfer-encoding':
      facts.transferEncodings.push(value);
      break;
    case 'expect':
      facts.expectsContinue ||= value.toLowerCase() === '100-continue';
      break;
    case 'connection':
      facts.connection = new Set([...facts.connection, ...lowerCaseTokens(value)]);
      break;
    case 'upgrade':
      facts.upgrade = value.toLowerCase();
      break;
    case 'te':
      facts.wantsTrailers ||= /(?:^|,)\s*trailers\s*(?:,|$)/i.test(value);
      break;
    case 'keep-alive':
      facts.keepAliveSeconds = timeoutHint(value);
      break;
  }
}

function lowerCaseTokens(list: string): string[] {
  return list.split(',').map((token) => token.trim().toLowerCase());
}

function timeoutHint(value: string): number | null {
  const seconds = /(?:^|[\s,;])timeout="?(\d{1,9})/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Whether the body is sent in chunks, which is so if `chunked` is the last transfer coding. */
export function isChunked(facts: HeadFacts): boolean {
  const last = facts.transferEncodings.at(-1);
  return last !== undefined && /(?:^|,)\s*chunked\s*$/i.test(last);
}

/** Whether a request has a body (RFC 9112, 6.3). A length of 0 counts as none. */
export function hasBody(facts: HeadFacts): boolean {
  if (facts.transferEncodings.length > 0) return true;
  return facts.contentLength !== null && !/^0+$/.test(facts.contentLength);
}
