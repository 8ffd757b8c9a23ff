/** The form of a connection's messages: plain, some compressed, or one that cannot be read. */
export type MessageForm = 'plain' | 'deflate' | 'unknown';

/** The parameters of permessage-deflate (RFC 7692, section 7.1). */
const PARAMETERS: ReadonlySet<string> = new Set([
  'client_no_context_takeover',
  'server_no_context_takeover',
  'client_max_window_bits',
  'server_max_window_bits',
]);

/**
 * The form of messages that a server agreed to in all its `Sec-WebSocket-Extensions` headers (RFC
 * 6455, section 9.1; RFC 7692, section 7). The values of permessage-deflate's parameters do not
 * matter: a reader that keeps the context and a window of 15 bits reads all of them.
 */
export function agreedForm(headers: readonly string[]): MessageForm {
  const extensions = headers
    .join(',')
    .toLowerCase()
    .split(',')
    .map((extension) => extension.split(';').map((part) => part.trim()))
    .filter(([name]) => name !== '');
  const [extension] = extensions;
  if (extension === undefined) return 'plain';
  const [name, ...parameters] = extension;
  const isKnown = parameters.every((given) => PARAMETERS.has(given.split('=', 1)[0]?.trim() ?? ''));
  return extensions.length === 1 && name === 'permessage-deflate' && isKnown
    ? 'deflate'
    : 'unknown';
}
