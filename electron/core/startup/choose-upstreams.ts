import type { Settings, UpstreamSetting } from '../../../shared/settings.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { Flags } from './flags.ts';
import { isThisMachine, ownPort } from './own-address.ts';
import type { OwnListeners } from './own-address.ts';
import { DEFAULT_UPSTREAM_URL, parseOllamaBaseUrl, parseOllamaHost } from './upstream-address.ts';

/** The chosen upstreams, and a note for each variable that was ignored. */
export interface ChosenUpstreams {
  readonly upstreams: readonly Upstream[];
  readonly notes: readonly string[];
}

/**
 * Chooses from, in this order: `--upstream`, OLLAMA_HOST, settings, OLLAMA_BASE_URL, the default.
 *
 * Clients use the same variables to find Tokwatt. So a variable that names an own port on this machine is
 * ignored with a note. A flag or setting that does so is a mistake, which the caller refuses.
 */
export function chooseUpstreams(
  flags: Flags,
  settings: readonly UpstreamSetting[],
  addresses: Pick<Settings, 'bind' | 'proxyPort' | 'apiPort'>,
): ChosenUpstreams {
  const notes: string[] = [];
  const listeners = { ...addresses, proxyCount: Math.max(1, settings.length) };
  const isUsable = (variable: string, { url }: Upstream): boolean => {
    const note = ignored(variable, url, listeners);
    if (note !== null) notes.push(note);
    return note === null;
  };
  const [host] = flags.upstreams;
  const variable = flags.upstreamVariable;
  if (host !== undefined && (variable === undefined || isUsable(variable, host))) {
    return { upstreams: flags.upstreams, notes };
  }
  if (settings.length > 0) {
    // The key stays out: only the secret store gives it away.
    const upstreams = settings.map(({ name, url, exactUsage, injectKey }) => {
      return { name, url: new URL(url), exactUsage, injectKey };
    });
    return { upstreams, notes };
  }
  const base = flags.ollamaBaseUrl === undefined ? null : parseOllamaBaseUrl(flags.ollamaBaseUrl);
  if (base !== null && isUsable('OLLAMA_BASE_URL', base)) return { upstreams: [base], notes };
  return { upstreams: [parseOllamaHost(DEFAULT_UPSTREAM_URL)], notes };
}

function ignored(variable: string, url: URL, listeners: OwnListeners): string | null {
  const own = ownPort(url, listeners);
  if (own === null || !isThisMachine(url.hostname)) return null;
  return `${variable} names Tokwatt's own ${own} (${url.host}), so it is not used as an upstream. If another server is there, name it with --upstream URL.`;
}
