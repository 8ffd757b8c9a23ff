import type { RedactionRules } from '../../meter/capture-content.ts';

/**
 * Where a name means a secret. `query`: only as a parameter of a URL or a form. A name such as
 * `key` has other meanings elsewhere.
 */
export type SecretPlace = 'everywhere' | 'query';

/** Ends of names in {@link canonical} form: `x-goog-api-key` and `OPENAI_API_KEY` end in `apikey`. */
const EVERYWHERE =
  /(?:apikey|accesskey|accountkey|secretkey|privatekey|signingkey|encryptionkey|subscriptionkey|functionskey|authkey|accesstoken|refreshtoken|(?<!val)idtoken|apitoken|bearertoken|authtoken|sessiontoken|securitytoken|secret|password|passwd|passphrase|authorization|cookie|credential)s?\d*$/;
const IN_HEADERS = /(?:token|auth)$/;
const IN_QUERIES = /(?:key|token|auth|sig|signature|session|sid|pwd)$/;

/**
 * Most names in the cache. Texts have few different names; beyond this number they are user data.
 */
const MAX_KNOWN = 2_000;
/** Deepest nesting of JSON in JSON strings that is decoded. */
const MAX_LEVELS = 4;

/** Decides for names whether their values are secrets. */
export class SecretNames {
  readonly #headers: ReadonlySet<string>;
  readonly #fields: ReadonlySet<string>;
  readonly #known = new Map<string, SecretPlace | null>();

  constructor({ headers, fields }: RedactionRules) {
    this.#headers = new Set(headers.map(canonical));
    this.#fields = new Set(fields.map(canonical));
  }

  isHeader(name: string): boolean {
    const plain = canonical(name);
    return this.#headers.has(plain) || EVERYWHERE.test(plain) || IN_HEADERS.test(plain);
  }

  /**
   * Returns where a name means a secret; null for an ordinary name. `name` is as written in a body
   * that was read as Latin-1, escapes included.
   */
  placeOf(name: string): SecretPlace | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const place = this.#find(canonical(decoded(name)));
    if (this.#known.size < MAX_KNOWN) this.#known.set(name, place);
    return place;
  }

  #find(name: string): SecretPlace | null {
    if (this.#fields.has(name) || EVERYWHERE.test(name)) return 'everywhere';
    return IN_QUERIES.test(name) ? 'query' : null;
  }
}

/** Returns the name in lower case, without separators and escape characters. */
function canonical(name: string): string {
  const lower = name.normalize('NFC').toLowerCase();
  const plain = lower.replace(/[-_.\s$@\\"'`]/g, '');
  return plain === '' ? lower : plain;
}

/** Decodes the escapes of UTF-8, URLs and JSON, up to the nesting limit. */
function decoded(raw: string): string {
  let text = fromUtf8(raw);
  if (text.includes('%')) text = percentDecoded(text);
  for (let level = 0; level < MAX_LEVELS && text.includes('\\'); level += 1) {
    text = text.replace(/\\(?:u([0-9a-f]{4})|([^]))/gi, (_, hex?: string, char?: string) =>
      hex === undefined ? (char ?? '') : String.fromCharCode(parseInt(hex, 16)),
    );
  }
  return text;
}

/** Decodes UTF-8. A name that JSON escapes have decoded already is not UTF-8 and stays. */
function fromUtf8(raw: string): string {
  if (!/[\x80-\xff]/.test(raw) || /[^\0-\xff]/.test(raw)) return raw;
  const text = Buffer.from(raw, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? raw : text;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  }
}
