import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Who may talk to us. The proxy rewrites `Host` for the upstream, so it must itself do what the
 * upstream's own check would have done: keep out web pages that reach a loopback port through a
 * rebound DNS name, or across sites.
 */
export interface AccessRules {
  /** This machine's own name, lower case. */
  readonly hostname: string;
  /** Further names that a `Host` may carry; `*` stands for any run of characters. */
  readonly hosts: readonly RegExp[];
  /** Further origins that may use the proxy; `*` stands for any run of characters. */
  readonly origins: readonly RegExp[];
}

/** The part of the settings that the rules are made of. */
export interface AccessSettings {
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** Rules that a change of the settings replaces while proxy and API go on asking them. */
export class LiveAccessRules implements AccessRules {
  #rules: AccessRules;

  constructor(settings: AccessSettings) {
    this.#rules = accessRules(settings);
  }

  get hostname(): string {
    return this.#rules.hostname;
  }

  get hosts(): readonly RegExp[] {
    return this.#rules.hosts;
  }

  get origins(): readonly RegExp[] {
    return this.#rules.origins;
  }

  /** The next request is judged by these. */
  apply(settings: AccessSettings): void {
    this.#rules = accessRules(settings);
  }
}

/**
 * Applications that bring their own scheme. A web page cannot claim one, so they are as trustworthy
 * as any program on this machine. The list is Ollama's own, and Capacitor.
 */
const APP_SCHEMES = /^(?:app|file|tauri|capacitor|vscode-webview|vscode-file):\/\//i;

const WEB_ORIGIN = /^https?:\/\/([^/?#@\\]+)$/i;

export function accessRules(settings: AccessSettings, ownName = hostname()): AccessRules {
  return {
    hostname: ownName.toLowerCase(),
    hosts: settings.allowedHosts.map(wildcard),
    origins: settings.allowedOrigins.map((origin) => wildcard(origin.replace(/\/+$/, ''))),
  };
}

/**
 * Whether a `Host` (name or address, with or without a port) may be served: IP literals, `localhost`,
 * this machine's name, names under `.localhost` and `.local`, and what the settings add. None of
 * these can be pointed at us by a stranger's DNS.
 */
export function hostAllowed(rules: AccessRules, host: string): boolean {
  const name = hostName(host);
  if (name === null) return false;
  if (isIP(name) !== 0 || isOwnName(name)) return true;
  if (name === rules.hostname || name.endsWith('.local')) return true;
  return rules.hosts.some((pattern) => pattern.test(name));
}

/**
 * Whether a browser's `Origin` may use the proxy: loopback origins on any port, the origin that
 * `host` itself names (a web interface that the upstream serves through us), application schemes,
 * and what the settings add.
 *
 * `null` is refused: any page can produce it from a sandboxed frame. The settings can allow it.
 */
export function originAllowed(rules: AccessRules, origin: string, host: string | null): boolean {
  if (APP_SCHEMES.test(origin)) return true;
  if (rules.origins.some((pattern) => pattern.test(origin))) return true;
  const authority = WEB_ORIGIN.exec(origin)?.[1];
  if (authority === undefined) return false;
  if (host !== null && authority.toLowerCase() === host.toLowerCase()) return true;
  const name = hostName(authority);
  return name !== null && isLocalHost(name);
}

/**
 * True for the names and addresses through which a client on this machine reaches it: `localhost`, loopback,
 * and the wildcard addresses, which mean loopback to a client. Lower case, without brackets.
 */
export function isLocalHost(name: string): boolean {
  return isOwnName(name) || isLoopback(name);
}

/** The name or address in a `Host` value, lower case, without port, brackets and final dot. */
function hostName(host: string): string | null {
  const bracketed = /^\[([0-9a-f:.]+)\](?::\d{0,5})?$/i.exec(host)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed.toLowerCase() : null;
  const plain = /^([a-z0-9_.-]+?)\.?(?::\d{0,5})?$/i.exec(host)?.[1];
  return plain === undefined ? null : plain.toLowerCase();
}

function isOwnName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}

function isLoopback(address: string): boolean {
  if (isIP(address) === 4) return address.startsWith('127.') || address === '0.0.0.0';
  return address === '::1' || address === '::';
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.trim().replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*')}$`, 'i');
}
