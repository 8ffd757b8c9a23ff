import { createHmac } from 'node:crypto';
import type { Client } from '../../../shared/usage.ts';
import { PROBE_AGENT, TAG_HEADER } from '../proxy/headers.ts';
import type { RequestHead } from '../proxy/tap.ts';
import { routeRequest } from '../usage/registry.ts';

const MAX_FIELD = 120;

type Header = (name: string) => string | undefined;

/** Known clients by the start or a part of their User-Agent. The first match counts. */
const APPLICATIONS: readonly (readonly [RegExp, string])[] = [
  [/^Tokwatt-Playground\//, 'Tokwatt Playground'],
  [/^Tokwatt-Test\//, 'Tokwatt test'],
  [/^claude-cli\//, 'Claude Code'],
  [/^codex(_cli_rs|-cli)?\//i, 'Codex CLI'],
  [/^opencode\//i, 'opencode'],
  [/^GitHubCopilotChat\//, 'GitHub Copilot Chat'],
  [/^(AsyncOpenAI|OpenAI)\/Python/, 'OpenAI SDK (Python)'],
  [/^OpenAI\/JS/, 'OpenAI SDK (JavaScript)'],
  [/^(AsyncAnthropic|Anthropic)\/Python/, 'Anthropic SDK (Python)'],
  [/^Anthropic\/JS/, 'Anthropic SDK (JavaScript)'],
  [/^ollama-js\//, 'Ollama SDK (JavaScript)'],
  [/^ollama-python\//, 'Ollama SDK (Python)'],
  [/^ollama\//, 'Ollama CLI'],
  [/^docker-model-cli\//, 'Docker Model CLI'],
  [/open-?webui/i, 'Open WebUI'],
  [/^Continue\b/i, 'Continue'],
  [/^Cline\b/i, 'Cline'],
  [/^Zed\//, 'Zed'],
  [/^aider\b/i, 'aider'],
  [/^llama-swap\b/i, 'llama-swap'],
  [/\bElectron\//, 'Electron app'],
  [/^Mozilla\//, 'Browser'],
  [/^curl\//, 'curl'],
  [/^Wget\//i, 'Wget'],
  [/^python-httpx\//, 'HTTPX (Python)'],
  [/^python-requests\//, 'Requests (Python)'],
  [/aiohttp\//, 'aiohttp (Python)'],
  [/^Go-http-client\//, 'Go program'],
  [/^(node|undici|node-fetch)\b/, 'Node program'],
  [/^axios\//, 'axios (JavaScript)'],
  [/^PostmanRuntime\//, 'Postman'],
  [/^insomnia\//i, 'Insomnia'],
];

/**
 * Identifies the client of a request from its headers, which it may choose freely. `salt` makes key
 * fingerprints incomparable between installations. The key itself is never stored or passed on.
 */
export function attribute(
  header: Header,
  address: string | null,
  salt: string,
): Omit<Client, 'claimsHop' | 'process'> {
  return {
    application: application(header),
    address: address?.replace(/^::ffff:/, '') ?? null,
    key: fingerprint(apiKey(header), salt),
    origin: bounded(header('origin')),
    tag: bounded(header(TAG_HEADER)),
  };
}

/**
 * True for what another Tokwatt asks a server to know it. That is nobody's use of a model, and it comes every few
 * seconds if one Tokwatt is the server of another. What it asks a model for is metered.
 */
export function isProbe(
  header: Header,
  { method, target }: Pick<RequestHead, 'method' | 'target'>,
): boolean {
  return header('user-agent') === PROBE_AGENT && !routeRequest(method, target).inference;
}

function application(header: Header): string | null {
  const agent = header('user-agent')?.trim() ?? '';
  for (const [pattern, name] of APPLICATIONS) {
    if (pattern.test(agent)) return name;
  }
  const product = /^[^\s/]+/.exec(agent)?.[0];
  if (product !== undefined) return product.slice(0, MAX_FIELD);
  const language = header('x-stainless-lang');
  return language === undefined ? null : `SDK (${language.slice(0, 20)})`;
}

function apiKey(header: Header): string | null {
  const bearer = /^\s*bearer\s+(\S+)/i.exec(header('authorization') ?? '')?.[1];
  return bearer ?? header('x-api-key') ?? header('api-key') ?? null;
}

/**
 * `3f9a1c04…wxyz`: a salted hash, then the key's last four characters, by which its owner
 * recognizes it. For short keys (`ollama`, `EMPTY`) no characters are shown, because four would be
 * most of the key.
 */
export function fingerprint(key: string | null, salt: string): string | null {
  if (key === null || key === '') return null;
  const hash = createHmac('sha256', salt).update(key).digest('hex').slice(0, 8);
  return key.length < 16 ? hash : `${hash}…${key.slice(-4)}`;
}

function bounded(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value.slice(0, MAX_FIELD);
}
