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
 * Chooses the upstreams from, in this order: `--upstream`, settings, OLLAMA_HOST, OLLAMA_BASE_URL,
 * the default. The settings precede the variables, because a server that is added in the window must
 * count, and because a variable may be how a server was moved to another port.
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
  const isFlag = host !== undefined && variable === undefined;
  const hostNote =
    host === undefined || variable === undefined
      ? null
      : (ignored(variable, host, listeners) ?? outranked(variable, host, settings));
  const base = flags.ollamaBaseUrl === undefined ? null : parseOllamaBaseUrl(flags.ollamaBaseUrl);
  const baseNote = base === null ? null : ignored('OLLAMA_BASE_URL', base, listeners);
  const usable = [hostNote === null ? host : null, baseNote === null ? base : null];
  const found = usable.find((each) => each !== null && each !== undefined);
  // No note while the variable would not be used anyway.
  const isBaseAsked = settings.length === 0 && (host === undefined || hostNote !== null);
  return {
    override: isFlag ? { value: flags.upstreams, source: '--upstream' } : null,
    fallback: [found ?? parseOllamaHost(DEFAULT_UPSTREAM_URL)],
    notes: [hostNote, isBaseAsked ? baseNote : null].filter((note) => note !== null),
  };
}

/** The note if the settings name other servers, which then count; null if they do not. */
function outranked(
  variable: string,
  { url }: Upstream,
  settings: readonly UpstreamSetting[],
): string | null {
  if (settings.length === 0) return null;
  if (settings.some((each) => new URL(each.url).origin === url.origin)) return null;
  return `${variable} (${url.host}) is not used as an upstream, because settings.json names servers. Add it there, or name it with --upstream URL.`;
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
