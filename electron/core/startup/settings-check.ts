import type { EffectiveSettings } from '../settings/effective.ts';
import { assignPorts } from '../settings/proxy-ports.ts';
import type { SettingsFault } from '../settings/settings-store.ts';
import { ownPort, reaches } from './own-address.ts';

/** A fault with the details that an error at the start shows. */
export interface StartFault extends SettingsFault {
  readonly setting: 'upstreams' | 'proxyPort' | 'apiPort';
  /** The part of the value that is wrong. */
  readonly value: string;
}

/**
 * The first conflict between settings: two upstreams with one name, ports that collide or are out
 * of range, a proxy that is its own upstream. Null if there is none. `nameOf` returns the name by
 * which the text refers to another setting.
 */
export function settingsFault(
  settings: EffectiveSettings,
  nameOf: (setting: 'proxyPort') => string = (setting) => setting,
): StartFault | null {
  return nameFault(settings) ?? portFault(settings, nameOf('proxyPort')) ?? loopFault(settings);
}

function nameFault({ upstreams }: EffectiveSettings): StartFault | null {
  const names = upstreams.map(({ name }) => name);
  const index = names.findIndex((name, at) => names.indexOf(name) < at);
  if (index === -1) return null;
  return {
    setting: 'upstreams',
    path: `upstreams.${index}.name`,
    value: names[index] ?? '',
    problem: 'two upstreams have this name; give each its own',
  };
}

function portFault(settings: EffectiveSettings, proxyPortName: string): StartFault | null {
  const { proxyPort, apiPort, upstreams } = settings;
  if (proxyPort !== 0 && apiPort === proxyPort) {
    const problem = `a proxy takes this port (${proxyPortName} ${proxyPort}); choose another`;
    return { setting: 'apiPort', path: 'apiPort', value: `${apiPort}`, problem };
  }
  const last = Math.max(...portsAtStart(settings));
  if (last > 65_535) {
    const problem = `${upstreams.length} upstreams need ports up to ${last}; choose a lower one`;
    return { setting: 'proxyPort', path: 'proxyPort', value: `${proxyPort}`, problem };
  }
  return ownPortFault(settings);
}

/** A conflict between the ports that upstreams have in the settings. */
function ownPortFault({ apiPort, upstreams }: EffectiveSettings): StartFault | null {
  const ports = upstreams.map(({ port }) => port);
  for (const [index, port] of ports.entries()) {
    if (port === null) continue;
    const isTaken = ports.indexOf(port) < index;
    if (!isTaken && port !== apiPort) continue;
    const problem = isTaken
      ? `two upstreams have port ${port}; give each its own`
      : `the API takes port ${port}; choose another`;
    const value = upstreams[index]?.name ?? '';
    return { setting: 'upstreams', path: `upstreams.${index}.port`, value, problem };
  }
  return null;
}

/** The proxies' ports right after a start. */
function portsAtStart({ proxyPort, apiPort, upstreams }: EffectiveSettings): number[] {
  return assignPorts(upstreams, { proxyPort, reserved: [apiPort] });
}

/**
 * A proxy that is its own upstream would forward each request forever. The API serves no models.
 */
function loopFault(settings: EffectiveSettings): StartFault | null {
  const listeners = { ...settings, proxyPorts: portsAtStart(settings) };
  for (const [index, { url }] of settings.upstreams.entries()) {
    const own = ownPort(url, listeners);
    if (own === null || !reaches(url.hostname, settings.bind)) continue;
    const flag = own === 'API' ? '--api-port' : '--proxy-port';
    return {
      setting: 'upstreams',
      path: `upstreams.${index}.url`,
      value: url.href,
      problem: `this is Tokwatt's own ${own}; name the server behind it with --upstream URL, or move the ${own} with ${flag} N`,
    };
  }
  return null;
}
