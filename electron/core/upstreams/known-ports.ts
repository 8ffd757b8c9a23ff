import type { PlainCode, SentenceValue } from '../../../shared/sentences.ts';

/** The usual port of a server, for the search and for hints in messages. */
export interface KnownPort {
  readonly port: number;
  /** The servers that use this port. */
  readonly servers: string;
}

/** llama-server moved from 8080 to 9931 in 2026, because many programs use 8080. */
export const KNOWN_PORTS: readonly KnownPort[] = [
  { port: 11434, servers: 'Ollama' },
  { port: 9931, servers: 'llama-server' },
  { port: 8080, servers: 'llama-server, llama-swap or LocalAI' },
  { port: 1234, servers: 'LM Studio' },
  { port: 8000, servers: 'vLLM' },
  { port: 4000, servers: 'LiteLLM' },
  { port: 30000, servers: 'SGLang' },
  { port: 5001, servers: 'KoboldCpp' },
  { port: 5000, servers: 'TabbyAPI or text-generation-webui' },
  { port: 3000, servers: 'TGI or TEI' },
  { port: 1337, servers: 'Jan' },
  { port: 4891, servers: 'GPT4All' },
  { port: 12434, servers: 'Docker Model Runner' },
];

/** Those with several servers, whose list is a text. */
const SEVERAL: Readonly<Record<string, PlainCode>> = {
  '8080': 'servers_of_8080',
  '3000': 'servers_of_3000',
};

/** The server to start so that something answers at an address. */
export function serverToStart(url: URL): SentenceValue {
  const several = SEVERAL[url.port];
  if (several !== undefined) return { text: several };
  const known = KNOWN_PORTS.find(({ port }) => String(port) === url.port);
  return known?.servers ?? { text: 'the_server' };
}

/** True for loopback addresses and names. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** True for this machine and private networks, where frequent checks do no harm. */
export function isNearby(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    isLoopback(host) ||
    !/[.:]/.test(host) ||
    /\.(local|lan|internal|home\.arpa)$/.test(host) ||
    /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host) ||
    /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(host) ||
    /^(fc|fd|fe8|fe9|fea|feb)[0-9a-f]*:/.test(host)
  );
}
