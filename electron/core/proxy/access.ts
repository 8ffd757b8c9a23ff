import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Rules for who may use the proxy and the API. The proxy rewrites `Host` for the upstream and so
 * bypasses the upstream's own check. It must therefore do that check itself: keep out web pages
 * that reach a loopback port through DNS rebinding or cross-site requests.
 */
export interface AccessRules {
  /** This machine's host name, lower case. */
  readonly hostname: string;
  /** Additional names allowed in `Host`; `*` matches any characters. */
  readonly hosts: readonly RegExp[];
  /** Additional allowed origins; `*` matches any characters. */
  readonly origins: readonly RegExp[];
}

/** The settings that determine the rules. */
export interface AccessSettings {
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** Rules that follow the settings, so that proxy and API can keep one object. */
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

  /** Replaces the rules, starting with the next request. */
  apply(settings: AccessSettings): void {
    this.#rules = accessRules(settings);
  }
}

/**
 * Schemes of desktop applications. A web page cannot have such an origin, so these are as
 * trustworthy as any program on this machine. The list is Ollama's own plus Capacitor.
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
 * Whether a `Host` (name or address, with or without a port) is allowed: IP literals, `localhost`,
 * this machine's name, names under `.localhost` and `.local`, and the names in the settings. An
 * attacker's DNS cannot make any of these point to this machine.
 */
export function hostAllowed(rules: AccessRules, host: string): boolean {
  const name = hostName(host);
  if (name === null) return false;
  if (isIP(name) !== 0 || isOwnName(name)) return true;
  if (name === rules.hostname || name.endsWith('.local')) return true;
  return rules.hosts.some((pattern) => pattern.test(name));
}

/**
 * Whether a browser's `Origin` may use the proxy: loopback origins on any port, the origin of
 * `host` itself (a web interface that the upstream serves through the proxy), application schemes,
 * and the origins in the settings.
 *
 * `null` is refused, because any page can send it from a sandboxed frame. The settings can allow
 * it.
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
 * Whether a browser's `Origin` is that of the API's own page: at the address in `Host`, or at a name
 * of the settings, where a reverse proxy shows the page under its own name. TLS may end in between.
 */
export function isOwnPage(rules: AccessRules, origin: string, host: string): boolean {
  const authority = WEB_ORIGIN.exec(origin)?.[1];
  if (authority === undefined) return false;
  if (authority.toLowerCase() === host.toLowerCase()) return true;
  const name = hostName(authority);
  return name !== null && rules.hosts.some((pattern) => pattern.test(name));
}

/**
 * True for names and addresses by which a client reaches its own machine: `localhost`, loopback,
 * and the wildcard addresses, which a client uses as loopback. Expects lower case without brackets.
 */
export function isLocalHost(name: string): boolean {
  return isOwnName(name) || isLoopback(name);
}

/** The name or address in a `Host` value: lower case, without port, brackets and final dot. */
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
