import { resolve } from 'node:path';
import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { TokwattError } from '../errors.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { Flags } from './flags.ts';
import { isPlain } from '../settings/setting-names.ts';
import { DEFAULT_UPSTREAM_URL, parseOllamaHost } from './upstream-address.ts';

/** Everything a core needs to know, from one place. Flags outrank the settings file. */
export interface Config extends Omit<Settings, 'upstreams'> {
  readonly upstreams: readonly Upstream[];
  readonly dataDir: string;
}

/**
 * One validated configuration out of flags (with the environment) and the settings document.
 * Throws a `usage` error of one line that names the field or flag.
 */
export function resolveConfig(flags: Flags, document: unknown, dataDir: string): Config {
  const parsed = parseSettings(document);
  if (!parsed.ok) {
    throw new TokwattError(
      'usage',
      `${resolve(dataDir, 'settings.json')}: ${parsed.problems.join('; ')}. Correct the file or move it away.`,
    );
  }
  const { upstreams, ...settings } = parsed.settings;
  const config: Config = {
    ...settings,
    bind: flags.bind ?? settings.bind,
    proxyPort: flags.proxyPort ?? settings.proxyPort,
    apiPort: flags.apiPort ?? settings.apiPort,
    upstreams: chooseUpstreams(flags.upstreams, upstreams),
    dataDir,
  };
  const said = sources(flags, document);
  checkNames(config.upstreams, said);
  checkPorts(config, said);
  checkLoops(config, said);
  return config;
}

/** Where to change what is wrong: how an error calls each setting. */
interface Sources {
  readonly upstream: string;
  readonly proxyPort: string;
  readonly apiPort: string;
}

/** What nobody said is called by its flag: that is how to say it. */
function sources(flags: Flags, document: unknown): Sources {
  const inFile = (key: 'upstreams' | 'proxyPort' | 'apiPort'): boolean => {
    const value = isPlain(document) ? document[key] : undefined;
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  };
  const port = (key: 'proxyPort' | 'apiPort', flag: string): string =>
    flags[key] === undefined && inFile(key) ? `settings.json, ${key}` : flag;
  return {
    upstream:
      flags.upstreams.length === 0 && inFile('upstreams')
        ? 'settings.json, upstreams:'
        : '--upstream',
    proxyPort: port('proxyPort', '--proxy-port'),
    apiPort: port('apiPort', '--api-port'),
  };
}

function chooseUpstreams(
  flags: readonly Upstream[],
  settings: Settings['upstreams'],
): readonly Upstream[] {
  if (flags.length > 0) return flags;
  if (settings.length > 0) return settings.map((s) => ({ ...s, url: new URL(s.url) }));
  return [parseOllamaHost(DEFAULT_UPSTREAM_URL)];
}

function checkNames(upstreams: readonly Upstream[], said: Sources): void {
  const seen = new Set<string>();
  for (const { name } of upstreams) {
    if (seen.has(name)) {
      throw new TokwattError(
        'usage',
        `${said.upstream} ${name}: two upstreams have this name; give each its own${said.upstream === '--upstream' ? ', as in NAME=URL' : ''}.`,
      );
    }
    seen.add(name);
  }
}

function checkPorts({ proxyPort, apiPort, upstreams }: Config, said: Sources): void {
  const last = proxyPort + upstreams.length - 1;
  if (proxyPort !== 0 && last > 65_535) {
    throw new TokwattError(
      'usage',
      `${said.proxyPort} ${proxyPort}: ${upstreams.length} upstreams need ports up to ${last}; choose a lower one.`,
    );
  }
  if (proxyPort !== 0 && apiPort >= proxyPort && apiPort <= last) {
    throw new TokwattError(
      'usage',
      `${said.apiPort} ${apiPort}: a proxy takes this port (${said.proxyPort} ${proxyPort}${last === proxyPort ? '' : ` to ${last}`}); choose another.`,
    );
  }
}

/** A proxy whose upstream is itself would forward each request for ever. */
function checkLoops({ bind, proxyPort, upstreams }: Config, said: Sources): void {
  const loopback = ['127.0.0.1', 'localhost', '[::1]', bind];
  for (const { url } of upstreams) {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const own = proxyPort !== 0 && port >= proxyPort && port < proxyPort + upstreams.length;
    if (own && loopback.includes(url.hostname)) {
      throw new TokwattError(
        'usage',
        `${said.upstream} ${url.href}: this is Tokwatt's own proxy; name the server behind it (is OLLAMA_HOST set for your clients?), or move the proxy with --proxy-port N.`,
      );
    }
  }
}
