import type { EffectiveSettings } from '../settings/effective.ts';
import { assignPorts } from '../settings/proxy-ports.ts';
import type { SettingsFault } from '../settings/settings-store.ts';
import { ownPort, reaches } from './own-address.ts';

/** A fault, with what a start's error says of it. */
export interface StartFault extends SettingsFault {
  readonly setting: 'upstreams' | 'proxyPort' | 'apiPort';
  /** The part of the value that is wrong. */
  readonly value: string;
}

/**
 * The first thing that keeps settings from going together: two upstreams of one name, ports that
 * collide or do not exist, a proxy whose upstream is itself. Null if there is nothing. `nameOf` says
 * how the text calls another setting.
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

/** Ports that the settings of upstreams name. */
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

/** The ports that the proxies have right after a start. */
function portsAtStart({ proxyPort, apiPort, upstreams }: EffectiveSettings): number[] {
  return assignPorts(upstreams, { proxyPort, reserved: [apiPort] });
}

/** A proxy whose upstream is itself would forward each request for ever, and the API serves no models. */
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
