/** Where a request line points. */
export interface Target {
  /** Path and query, as received. */
  readonly path: string;
  /** The authority of an absolute-form target; it is checked like a `Host`, and never connected to. */
  readonly authority: string | null;
}

/**
 * Reads a request target (RFC 9112, 3.2). Absolute form (`GET http://localhost:11435/api/tags`, from
 * clients that take us for a forward proxy) is read as its path: the upstream is fixed. Null if it is
 * none of the forms we serve.
 */
export function parseTarget(method: string, target: string): Target | null {
  if (target.startsWith('/')) return { path: target, authority: null };
  if (target === '*') return method === 'OPTIONS' ? { path: '*', authority: null } : null;
  const absolute = /^https?:\/\/([^/?#@\\]+)((?:[/?].*)?)$/is.exec(target);
  if (absolute === null) return null;
  const rest = absolute[2] ?? '';
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority: absolute[1] ?? '' };
}

/** Puts an upstream's base path in front; not one character of `path` changes. */
export function withBase(base: string, path: string): string {
  if (base === '') return path;
  return path === '*' ? base : base + path;
}

/** `path` under the base path of `base`: `http://host/a/` and `/v1/models` give `http://host/a/v1/models`. */
export function under(base: URL, path: string): URL {
  return new URL(`${base.protocol}//${base.host}${withBase(basePath(base), path)}`);
}

/** A URL's path as a prefix: no final slash, empty for the root. */
export function basePath(url: URL): string {
  return url.pathname.replace(/\/+$/, '');
}
