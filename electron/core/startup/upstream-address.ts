import { isUpstreamUrl } from '../../../shared/settings.ts';
import { TokwattError } from '../errors.ts';
import type { Upstream } from '../proxy/tap.ts';

export const DEFAULT_UPSTREAM_URL = 'http://127.0.0.1:11434';

/**
 * Parses an `--upstream` value, `[NAME=]URL`. Without a name, host and port are used as one. Throws
 * a `usage` error that names the flag.
 */
export function parseUpstreamFlag(value: string): Upstream {
  const named = /^([^=:/?#]+)=(.*)$/.exec(value);
  const address = named?.[2] ?? value;
  if (!isUpstreamUrl(address)) {
    throw new TokwattError(
      'usage',
      `--upstream ${value}: not an address; give [NAME=]URL with http:// or https://, such as ollama=${DEFAULT_UPSTREAM_URL}.`,
    );
  }
  const url = new URL(address);
  return { name: named?.[1]?.trim() ?? url.host, url, exactUsage: false };
}

/**
 * Parses `OLLAMA_HOST` as Ollama's own client does. Scheme, port and host are each optional. An
 * address that means all interfaces to a server means loopback to a client. Throws a `usage` error
 * that names the variable. Source of the rule: Ollama's documentation of OLLAMA_HOST.
 */
export function parseOllamaHost(value: string): Upstream {
  const text = value.trim().replace(/^["']|["']$/g, '');
  const scheme = /^(https?):\/\//i.exec(text)?.[1]?.toLowerCase();
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3);
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash);
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
  const defaultPort = scheme === 'http' ? '80' : scheme === 'https' ? '443' : '11434';
  const host = clientHost(match?.[1] ?? '');
  const port = match?.[2] === undefined || match[2] === '' ? defaultPort : match[2];
  const address = `${scheme ?? 'http'}://${host}:${port}${path}`;
  if (match === null || !isUpstreamUrl(address)) {
    throw new TokwattError(
      'usage',
      `OLLAMA_HOST=${value}: not an address; set it to HOST:PORT or a URL, or name the server with --upstream URL.`,
    );
  }
  return { name: 'ollama', url: new URL(address), exactUsage: false };
}

/**
 * Parses `OLLAMA_BASE_URL`, a variable of Ollama's clients, not of Ollama itself. Some of them
 * append an API's path to the address. Null if the value is not an address, such as a path on
 * another server.
 */
export function parseOllamaBaseUrl(value: string): Upstream | null {
  const address = value.trim().replace(/\/(?:v1|api)?\/?$/, '');
  if (!isUpstreamUrl(address)) return null;
  const url = new URL(address);
  url.hostname = clientHost(url.hostname);
  return { name: 'ollama', url, exactUsage: false };
}

function clientHost(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1';
  return host === '[::]' ? '[::1]' : host;
}
