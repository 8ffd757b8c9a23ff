import { basePath } from './target.ts';

/** Rewrites the value of a `Location` or `Content-Location` header. */
export type LocationRewrite = (value: string) => string;

/**
 * Headers with an address for the client (RFC 9110, 10.2.2 and 8.7). Apache's `ProxyPassReverse`
 * rewrites the same ones.
 */
export const LOCATION_HEADERS: ReadonlySet<string> = new Set(['location', 'content-location']);

/**
 * Returns the rewrite for one exchange. An address with the upstream's own scheme, host and port
 * would lead the client past the proxy, so it becomes the proxy's, without the upstream's base path.
 * Other addresses stay as they are: relative ones, those of other servers, and those outside the
 * base path, which the proxy cannot reach.
 *
 * @param request the client's header lines. Its `Host` is the proxy's authority; without one the
 *   address becomes a path. `X-Forwarded-Proto` is set by a TLS terminator in front of the proxy.
 */
export function locationRewrite(upstream: URL, request: readonly string[]): LocationRewrite {
  return (value) => {
    const path = pathAtUpstream(upstream, value);
    if (path === null) return value;
    const host = valueOf(request, 'host');
    const isSecure = valueOf(request, 'x-forwarded-proto')?.toLowerCase() === 'https';
    const own = host === null ? '' : `${isSecure ? 'https' : 'http'}://${host}`;
    return own + (path.startsWith('/') ? path : `/${path}`);
  };
}

/** Path, query and fragment below the upstream's address; null if the address is another one. */
function pathAtUpstream(upstream: URL, value: string): string | null {
  const [, scheme, authority = '', rest = ''] = ABSOLUTE.exec(value) ?? [];
  if (authority === '') return null;
  // A value without a scheme (`//host/path`) takes that of the request to the upstream.
  const origin = originOf(`${scheme ?? upstream.protocol}//${authority}`);
  return origin === upstream.origin ? withoutBase(basePath(upstream), rest) : null;
}

/** Scheme with colon (may be missing), authority, and the rest: path, query, fragment. */
const ABSOLUTE = /^([a-z][a-z0-9+.-]*:)?\/\/([^/?#\\@]+)((?:[/?#].*)?)$/is;
/** Clients resolve these segments, which may lead out of the base path. */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/?#]|$)/i;

/** The part behind the base path, unchanged byte for byte; null if `rest` lies outside of it. */
function withoutBase(base: string, rest: string): string | null {
  if (base === '') return rest;
  if (!rest.startsWith(base) || DOT_SEGMENT.test(rest)) return null;
  const path = rest.slice(base.length);
  return path === '' || /^[/?#]/.test(path) ? path : null;
}

/** Scheme, host and port in their normal form; null if the text is no address. */
function originOf(text: string): string | null {
  return URL.canParse(text) ? new URL(text).origin : null;
}

/** The first value of a header, by its lower-case name. */
function valueOf(rawHeaders: readonly string[], name: string): string | null {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1] ?? null;
  }
  return null;
}
