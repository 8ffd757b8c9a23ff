/** A parsed request target. */
export interface Target {
  /** Path and query, as received. */
  readonly path: string;
  /**
   * The authority of an absolute-form target. It is checked like a `Host` header but never
   * connected to.
   */
  readonly authority: string | null;
}

/**
 * Parses a request target (RFC 9112, 3.2). Absolute form (`GET http://localhost:11435/api/tags`,
 * sent by clients that treat Tokwatt as a forward proxy) is reduced to its path, because the
 * upstream is fixed. Null for unsupported forms.
 */
export function parseTarget(method: string, target: string): Target | null {
  if (target.startsWith('/')) return { path: target, authority: null };
  if (target === '*') return method === 'OPTIONS' ? { path: '*', authority: null } : null;
  const absolute = /^https?:\/\/([^/?#@\\]+)((?:[/?].*)?)$/is.exec(target);
  if (absolute === null) return null;
  const rest = absolute[2] ?? '';
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority: absolute[1] ?? '' };
}

/** Prepends an upstream's base path. Leaves `path` unchanged, byte for byte. */
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
