import { hostname, networkInterfaces } from 'node:os';
import { isLocalHost } from '../proxy/access.ts';

/** The addresses at which Tokwatt itself will listen. */
export interface OwnListeners {
  /** 0 means any free port, which no URL can name in advance. */
  readonly proxyPorts: readonly number[];
  readonly apiPort: number;
}

/** Which of Tokwatt's listeners has the port of a URL; null if none has. */
export function ownPort(url: URL, listeners: OwnListeners): 'proxy' | 'API' | null {
  const { proxyPorts, apiPort } = listeners;
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (port === 0) return null;
  if (proxyPorts.includes(port)) return 'proxy';
  return port === apiPort ? 'API' : null;
}

/**
 * True if a connection to `host` can reach a listener on `bind`. Another server may use the same
 * port on another address of this machine, so an address counts only if Tokwatt listens on it.
 * Names are not resolved: a name of this machine always counts.
 */
export function reaches(host: string, bind: string): boolean {
  const target = addressOf(host);
  const own = addressOf(bind);
  if (target === own || isOwnName(target)) return true;
  if (isWildcard(own)) return isThisMachine(host);
  return isLocalHost(own) && isLocalHost(target);
}

/**
 * True for all names and addresses of this machine: loopback, wildcards, host names, interface
 * addresses.
 */
export function isThisMachine(host: string): boolean {
  const target = addressOf(host);
  return isLocalHost(target) || isOwnName(target) || interfaceAddresses().includes(target);
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** True for this machine's name, with or without its domain, and its mDNS name. */
function isOwnName(name: string): boolean {
  const full = hostname().toLowerCase();
  const short = full.replace(/\..*$/, '');
  return short !== '' && [full, short, `${short}.local`].includes(name);
}

function interfaceAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.map(({ address }) => addressOf(address));
}

/**
 * Normalizes to lower case without brackets and final dot. An IPv4-mapped IPv6 address becomes
 * IPv4.
 */
function addressOf(host: string): string {
  const plain = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(plain);
  if (mapped === null) return plain;
  const bits = mapped.slice(1).map((group) => Number.parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}
