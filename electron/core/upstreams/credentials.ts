import type { HeaderLine } from '../proxy/headers.ts';
import { HIDDEN } from '../settings/secrets.ts';
import type { Prober } from './probe.ts';

/** Header lines that carry a key. */
export type KeyHeaders = Readonly<Record<string, string>>;

/** Gives what an upstream's key is; nothing is kept, so that a new key counts at once. */
export type CredentialsOf = (upstream: { readonly name: string; readonly url: URL }) => Credentials;

/** How a kind of server wants its key on a path. */
type KeyStyle = (key: string, path: string) => HeaderLine;

const bearer: KeyStyle = (key) => ['Authorization', `Bearer ${key}`];

/**
 * Anthropic's API takes `x-api-key`; its OpenAI-compatible endpoint takes a bearer token. Source:
 * Anthropic's documentation of its API and of its compatibility with OpenAI's SDK.
 */
const anthropic: KeyStyle = (key, path) =>
  path.startsWith('/v1/chat/completions') ? bearer(key, path) : ['x-api-key', key];

/** All others, and a server whose kind is not known yet, are given a bearer token. */
const STYLES: Readonly<Record<string, KeyStyle>> = { anthropic };

/** Asked without a key: with one, LiteLLM calls every model that it has, which costs. */
const KEYLESS_PATHS = new Set(['/health']);

/** What else a kind of server wants of whoever asks with a key. */
const COMPANIONS: Readonly<Record<string, KeyHeaders>> = {
  anthropic: { 'anthropic-version': '2023-06-01' },
};

/** The API key of an upstream, or none. The key is private to the object: logs and JSON show nothing. */
export class Credentials {
  readonly #key: string | null;

  constructor(key: string | null) {
    this.#key = key;
  }

  get isSet(): boolean {
    return this.#key !== null;
  }

  /** The header that carries the key to a kind of server; null without a key. */
  header(kind: string | null, path: string): HeaderLine | null {
    if (this.#key === null) return null;
    return (STYLES[kind ?? ''] ?? bearer)(this.#key, path);
  }

  /** All headers for a question of Tokwatt's own; none without a key. */
  headers(kind: string | null, path: string): KeyHeaders {
    if (KEYLESS_PATHS.has(path)) return {};
    const line = this.header(kind, path);
    return line === null ? {} : { [line[0]]: line[1], ...COMPANIONS[kind ?? ''] };
  }

  /** A server's words without the key: some repeat it when they refuse it. */
  hide(text: string): string {
    return this.#key === null ? text : text.replaceAll(this.#key, HIDDEN);
  }
}

export const NO_CREDENTIALS = new Credentials(null);

/** The same prober, which asks with a key. `kind` is what the server is known as. */
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
