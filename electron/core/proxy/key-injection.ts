import type { Log } from '../log.ts';
import type { HeaderLine } from './headers.ts';
import type { RequestHead, Upstream } from './tap.ts';

/**
 * Returns the header that carries an upstream's key for a path and query; null if it has no key.
 */
export type KeyHeader = (upstream: Upstream, target: string) => HeaderLine | null;

/**
 * Headers that carry a key or a token. `Cookie` is not one of them, because browsers also send the
 * cookies of other ports.
 */
const CREDENTIAL_HEADERS = new Set([
  'anthropic-api-key',
  'api-key',
  'authorization',
  'ocp-apim-subscription-key',
  'openai-api-key',
  'x-api-key',
  'x-goog-api-key',
  'x-litellm-api-key',
  'x-litellm-key',
]);

const CREDENTIAL_QUERY = /[?&](?:key|api[-_]?key|access[-_]?token|token)=/i;

/**
 * Browsers cannot set headers on a WebSocket, so OpenAI accepts a key in the name of a subprotocol.
 */
const CREDENTIAL_SUBPROTOCOL = /(?:^|[\s,])[\w-]*api-key\./i;

/**
 * Whether a request has its own credentials, even empty or invalid ones. A client's credentials are
 * never replaced.
 *
 * @param rawHeaders name, value, name, value …
 * @param target path and query
 */
export function carriesCredentials(rawHeaders: readonly string[], target: string): boolean {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (CREDENTIAL_HEADERS.has(name)) return true;
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'sec-websocket-protocol' && CREDENTIAL_SUBPROTOCOL.test(value)) return true;
  }
  return CREDENTIAL_QUERY.test(target);
}

/**
 * The header to add to a request. Null if the upstream has no `injectKey`, if the client sends its
 * own credentials, and for TRACE, whose answer would reveal the key. On an error the request is
 * sent without the key.
 */
export function injectedKey(
  { upstream, method, rawHeaders, target }: RequestHead,
  keyHeader: KeyHeader | undefined,
  log: Log,
): HeaderLine | null {
  if (keyHeader === undefined || upstream.injectKey !== true || method === 'TRACE') return null;
  if (carriesCredentials(rawHeaders, target)) return null;
  try {
    return keyHeader(upstream, target);
  } catch {
    log.error(
      { upstream: upstream.name },
      'The key could not be added. The request is sent without it.',
    );
    return null;
  }
}
