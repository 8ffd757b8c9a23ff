import type { PassTarget } from '../guard/messages.ts';
import type { ServiceAccess } from './core-contract.ts';
import type { Log } from './log.ts';
import { basePath } from './proxy/target.ts';
import type { Upstream } from './proxy/tap.ts';
import type { Recorder } from './records/recorder.ts';
import type { SettingsStore } from './settings/settings-store.ts';
import type { Upstreams } from './upstreams.ts';

interface ServiceNeeds {
  readonly settings: Pick<SettingsStore, 'reload'>;
  readonly upstreams: Pick<Upstreams, 'proxies'>;
  readonly recorder: Pick<Recorder, 'ledger'>;
  readonly log: Log;
}

/** What a service manager and the guard ask of the core. */
export function serviceAccess({ settings, upstreams, recorder, log }: ServiceNeeds): ServiceAccess {
  return {
    async reload() {
      log.info({}, 'the settings are read again');
      await settings.reload();
    },
    targets: () => new Map(upstreams.proxies.map(({ port, upstream }) => [port, passed(upstream)])),
    noteUnmetered({ from, to, connections }) {
      log.warn({ from, to, connections }, 'traffic passed unmetered');
      void recorder.ledger.saveEpisodes([
        {
          kind: 'unmetered',
          key: '',
          beganAt: from,
          seenAt: to,
          endedAt: to,
          json: JSON.stringify({ connections }),
        },
      ]);
    },
  };
}

/**
 * Where bytes for an upstream can go unchanged. Null if the core changes what every request needs: it adds TLS, a path
 * or a key.
 */
function passed({ url, injectKey }: Upstream): PassTarget | null {
  if (url.protocol !== 'http:' || basePath(url) !== '' || injectKey === true) return null;
  const port = url.port === '' ? 80 : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}
