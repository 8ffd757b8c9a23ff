import { listenError } from './listen-error.ts';
import type { Log } from './log.ts';
import type { AccessRules } from './proxy/access.ts';
import type { KeyHeader } from './proxy/key-injection.ts';
import { createProxyServer } from './proxy/server.ts';
import type { ProxyOptions, ProxyServer } from './proxy/server.ts';
import type { Tap, Upstream } from './proxy/tap.ts';
import type { EffectiveSettings } from './settings/effective.ts';
import { ANY_PORT, assignPorts } from './settings/proxy-ports.ts';
import { exactUsage } from './usage/exact-usage.ts';
import { errorBody } from './usage/registry.ts';

/** A proxy that listens in front of its upstream. */
export interface RunningProxy {
  readonly upstream: Upstream;
  readonly url: string;
  readonly server: ProxyServer;
}

/**
 * Starts one proxy an upstream, on the ports that {@link assignPorts} gives them.
 * Throws a `listen` error and leaves nothing open if one port cannot be had.
 */
export async function startProxies(options: {
  readonly settings: EffectiveSettings;
  readonly access: AccessRules;
  readonly tap: Tap;
  readonly hop: ProxyOptions['hop'];
  readonly log: Log;
  readonly keyHeader: KeyHeader;
}): Promise<RunningProxy[]> {
  const { settings, access, tap, hop, log, keyHeader } = options;
  const running: RunningProxy[] = [];
  const { proxyPort, apiPort } = settings;
  const ports = assignPorts(settings.upstreams, { proxyPort, reserved: [apiPort] });
  for (const [index, upstream] of settings.upstreams.entries()) {
    const port = ports[index] ?? ANY_PORT;
    const server = createProxyServer({
      upstream,
      tap,
      errorBody,
      log,
      access,
      rewriter: exactUsage,
      hop,
      keyHeader,
    });
    try {
      const { url } = await server.listen(port, settings.bind);
      running.push({ upstream, url, server });
    } catch (error) {
      await closeProxies(running, 0);
      const source = upstream.port === null ? '--proxy-port' : { upstream: upstream.name };
      throw listenError(error, source, port, settings.bind);
    }
  }
  return running;
}

/** Stops accepting, lets exchanges in flight finish for `graceMs`, then ends them. */
export async function closeProxies(
  proxies: readonly RunningProxy[],
  graceMs: number,
): Promise<void> {
  await Promise.all(proxies.map(({ server }) => server.close(graceMs)));
}
