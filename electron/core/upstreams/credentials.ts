import { HIDDEN } from '../settings/secrets.ts';
import type { Prober } from './probe.ts';

/** Header lines that carry a key. */
export type KeyHeaders = Readonly<Record<string, string>>;

/** Gives what an upstream's key is; nothing is kept, so that a new key counts at once. */
export type CredentialsOf = (upstream: { readonly name: string; readonly url: URL }) => Credentials;

/** How a kind of server wants its key on a path. */
type KeyStyle = (key: string, path: string) => KeyHeaders;

const bearer: KeyStyle = (key) => ({ authorization: `Bearer ${key}` });

/**
 * Anthropic's API takes `x-api-key`, and a version with what is asked; its OpenAI-compatible endpoint
 * takes a bearer token. Source: Anthropic's documentation, "Versions" and "OpenAI SDK compatibility".
 */
const anthropic: KeyStyle = (key, path) =>
  path.startsWith('/v1/chat/completions')
    ? bearer(key, path)
    : { 'x-api-key': key, 'anthropic-version': '2023-06-01' };

/** All others, and a server whose kind is not known yet, are given a bearer token. */
const STYLES: Readonly<Record<string, KeyStyle>> = { anthropic };

/** The API key of an upstream, or none. The key is private to the object: logs and JSON show nothing. */
export class Credentials {
  readonly #key: string | null;

  constructor(key: string | null) {
    this.#key = key;
  }

  get isSet(): boolean {
    return this.#key !== null;
  }

  /** The header lines for a question to a kind of server; none without a key. */
  headers(kind: string | null, path: string): KeyHeaders {
    if (this.#key === null) return {};
    return (STYLES[kind ?? ''] ?? bearer)(this.#key, path);
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
