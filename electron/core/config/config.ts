import { resolve } from 'node:path';
import { parseSettings } from '../../../shared/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { TokwattError } from '../errors.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { Flags } from './flags.ts';
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
  checkNames(config.upstreams);
  checkPorts(config);
  checkLoops(config);
  return config;
}

function chooseUpstreams(
  flags: readonly Upstream[],
  settings: Settings['upstreams'],
): readonly Upstream[] {
  if (flags.length > 0) return flags;
  if (settings.length > 0) return settings.map((s) => ({ ...s, url: new URL(s.url) }));
  return [parseOllamaHost(DEFAULT_UPSTREAM_URL)];
}

function checkNames(upstreams: readonly Upstream[]): void {
  const seen = new Set<string>();
  for (const { name } of upstreams) {
    if (seen.has(name)) {
      throw new TokwattError(
        'usage',
        `--upstream ${name}: two upstreams have this name; give each its own, as in NAME=URL.`,
      );
    }
    seen.add(name);
  }
}

function checkPorts({ proxyPort, apiPort, upstreams }: Config): void {
  const last = proxyPort + upstreams.length - 1;
  if (proxyPort !== 0 && last > 65_535) {
    throw new TokwattError(
      'usage',
      `--proxy-port ${proxyPort}: ${upstreams.length} upstreams need ports up to ${last}; choose a lower one.`,
    );
  }
  if (proxyPort !== 0 && apiPort >= proxyPort && apiPort <= last) {
    throw new TokwattError(
      'usage',
      `--api-port ${apiPort}: a proxy takes this port (${proxyPort} to ${last}); choose another.`,
    );
  }
}

/** A proxy whose upstream is itself would forward each request for ever. */
function checkLoops({ bind, proxyPort, upstreams }: Config): void {
  const loopback = ['127.0.0.1', 'localhost', '[::1]', bind];
  for (const { url } of upstreams) {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const own = proxyPort !== 0 && port >= proxyPort && port < proxyPort + upstreams.length;
    if (own && loopback.includes(url.hostname)) {
      throw new TokwattError(
        'usage',
        `--upstream ${url.href}: this is Tokwatt's own proxy; name the server behind it (is OLLAMA_HOST set for your clients?), or move the proxy with --proxy-port N.`,
      );
    }
  }
}
