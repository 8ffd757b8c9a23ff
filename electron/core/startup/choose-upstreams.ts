import type { Settings, UpstreamSetting } from '../../../shared/settings.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { Override } from '../settings/effective.ts';
import { assignPorts } from '../settings/proxy-ports.ts';
import type { Flags } from './flags.ts';
import { isThisMachine, ownPort } from './own-address.ts';
import type { OwnListeners } from './own-address.ts';
import { DEFAULT_UPSTREAM_URL, parseOllamaBaseUrl, parseOllamaHost } from './upstream-address.ts';

/** The upstreams from the command line and the environment, to be combined with the settings. */
export interface ChosenUpstreams {
  /** Takes precedence over the settings; null if there is none. */
  readonly override: Override<readonly Upstream[]> | null;
  /** Used if the settings name no upstream. */
  readonly fallback: readonly Upstream[];
  /** A note for each variable that was ignored. */
  readonly notes: readonly string[];
}

/**
 * Chooses the upstreams from, in this order: `--upstream`, OLLAMA_HOST, settings, OLLAMA_BASE_URL,
 * the default.
 *
 * Clients use the same variables to find Tokwatt. A variable that names one of Tokwatt's own ports
 * on this machine is therefore ignored, with a note. The same in a flag or setting is a mistake,
 * which the caller rejects.
 */
export function chooseUpstreams(
  flags: Flags,
  settings: readonly UpstreamSetting[],
  addresses: Pick<Settings, 'bind' | 'proxyPort' | 'apiPort'>,
): ChosenUpstreams {
  const listeners = { ...addresses, proxyPorts: ownPorts(settings, addresses) };
  const [host] = flags.upstreams;
  const variable = flags.upstreamVariable;
  const hostNote =
    host === undefined || variable === undefined ? null : ignored(variable, host, listeners);
  const isOverridden = host !== undefined && hostNote === null;
  const base = flags.ollamaBaseUrl === undefined ? null : parseOllamaBaseUrl(flags.ollamaBaseUrl);
  const baseNote = base === null ? null : ignored('OLLAMA_BASE_URL', base, listeners);
  // No note while the variable would not be used anyway.
  const isBaseAsked = !isOverridden && settings.length === 0;
  return {
    override: isOverridden ? { value: flags.upstreams, source: variable ?? '--upstream' } : null,
    fallback: [base === null || baseNote !== null ? parseOllamaHost(DEFAULT_UPSTREAM_URL) : base],
    notes: [hostNote, isBaseAsked ? baseNote : null].filter((note) => note !== null),
  };
}

/** The proxies' ports if no variable is used. There is at least one. */
function ownPorts(
  settings: readonly UpstreamSetting[],
  { proxyPort, apiPort }: Pick<Settings, 'proxyPort' | 'apiPort'>,
): number[] {
  const ported = settings.length === 0 ? [{ port: null }] : settings;
  return assignPorts(ported, { proxyPort, reserved: [apiPort] });
}

function ignored(variable: string, { url }: Upstream, listeners: OwnListeners): string | null {
  const own = ownPort(url, listeners);
  if (own === null || !isThisMachine(url.hostname)) return null;
  return `${variable} names Tokwatt's own ${own} (${url.host}), so it is not used as an upstream. If another server is there, name it with --upstream URL.`;
}
