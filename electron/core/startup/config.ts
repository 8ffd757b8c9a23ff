import { resolve } from 'node:path';
import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { TokwattError } from '../errors.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { Flags } from './flags.ts';
import { isPlain } from '../settings/setting-names.ts';
import { chooseUpstreams } from './choose-upstreams.ts';
import { ownPort, reaches } from './own-address.ts';

/** Everything a core needs to know, from one place. Flags outrank the settings file. */
export interface Config extends Omit<Settings, 'upstreams'> {
  readonly upstreams: readonly Upstream[];
  readonly dataDir: string;
  /** Notes for the log on how the upstreams were chosen, one sentence or two each. */
  readonly notes: readonly string[];
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
  const addresses = {
    bind: flags.bind ?? settings.bind,
    proxyPort: flags.proxyPort ?? settings.proxyPort,
    apiPort: flags.apiPort ?? settings.apiPort,
  };
  const config: Config = {
    ...settings,
    ...addresses,
    ...chooseUpstreams(flags, upstreams, addresses),
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
  const isFlagged = flags.upstreams.length > 0 && flags.upstreamVariable === undefined;
  return {
    upstream: !isFlagged && inFile('upstreams') ? 'settings.json, upstreams:' : '--upstream',
    proxyPort: port('proxyPort', '--proxy-port'),
    apiPort: port('apiPort', '--api-port'),
  };
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

/** A proxy whose upstream is itself would forward each request for ever, and the API serves no models. */
function checkLoops(config: Config, said: Sources): void {
  const listeners = { ...config, proxyCount: config.upstreams.length };
  for (const { url } of config.upstreams) {
    const own = ownPort(url, listeners);
    if (own === null || !reaches(url.hostname, config.bind)) continue;
    const flag = own === 'API' ? '--api-port' : '--proxy-port';
    throw new TokwattError(
      'usage',
      `${said.upstream} ${url.href}: this is Tokwatt's own ${own}; name the server behind it with --upstream URL, or move the ${own} with ${flag} N.`,
    );
  }
}
