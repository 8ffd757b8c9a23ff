import type { HeaderLine } from '../proxy/headers.ts';
import { HIDDEN } from '../settings/secrets.ts';
import type { Prober } from './probe.ts';

/** Headers with a key. */
export type KeyHeaders = Readonly<Record<string, string>>;

/**
 * Returns the current credentials of an upstream. Callers do not cache them, so that a new key
 * takes effect at once.
 */
export type CredentialsOf = (upstream: { readonly name: string; readonly url: URL }) => Credentials;

/** How a kind of server expects its key on a path. */
type KeyStyle = (key: string, path: string) => HeaderLine;

const bearer: KeyStyle = (key) => ['Authorization', `Bearer ${key}`];

/**
 * Anthropic's API expects `x-api-key`; its OpenAI-compatible endpoint expects a bearer token.
 * Source: Anthropic's documentation of its API and of its compatibility with OpenAI's SDK.
 */
const anthropic: KeyStyle = (key, path) =>
  path.startsWith('/v1/chat/completions') ? bearer(key, path) : ['x-api-key', key];

/** All other kinds, and servers of unknown kind, get a bearer token. */
const STYLES: Readonly<Record<string, KeyStyle>> = { anthropic };

/**
 * Paths queried without a key. With a key, LiteLLM's `/health` calls all its models, which costs
 * money.
 */
const KEYLESS_PATHS = new Set(['/health']);

/** Additional headers that a kind of server requires with a key. */
const COMPANIONS: Readonly<Record<string, KeyHeaders>> = {
  anthropic: { 'anthropic-version': '2023-06-01' },
};

/**
 * The API key of an upstream, or none. The key is a private field, so that logs and JSON do not
 * show it.
 */
export class Credentials {
  readonly #key: string | null;

  constructor(key: string | null) {
    this.#key = key;
  }

  get isSet(): boolean {
    return this.#key !== null;
  }

  /** The header with the key for a kind of server; null without a key. */
  header(kind: string | null, path: string): HeaderLine | null {
    if (this.#key === null) return null;
    return (STYLES[kind ?? ''] ?? bearer)(this.#key, path);
  }

  /** All headers for one of Tokwatt's own requests; empty without a key. */
  headers(kind: string | null, path: string): KeyHeaders {
    if (KEYLESS_PATHS.has(path)) return {};
    const line = this.header(kind, path);
    return line === null ? {} : { [line[0]]: line[1], ...COMPANIONS[kind ?? ''] };
  }

  /** Removes the key from a server's message. Some servers repeat a key that they reject. */
  hide(text: string): string {
    return this.#key === null ? text : text.replaceAll(this.#key, HIDDEN);
  }
}

export const NO_CREDENTIALS = new Credentials(null);

/** The same prober with a key. `kind` is the server's known kind. */
export function withCredentials(
  prober: Prober,
  credentials: Credentials,
  kind: string | null,
): Prober {
  return {
    get: (base, path) => prober.get(base, path, credentials.headers(kind, path)),
    post: (base, path, body) => prober.post(base, path, body, credentials.headers(kind, path)),
    close: () => prober.close(),
  };
}
