/**
 * What the core and its guard tell each other. The guard reads every message with care: it must outlive a core whose
 * memory is damaged.
 */

/** An address on which the core listens. */
export interface PortAddress {
  readonly address: string;
  readonly port: number;
}

/** Where the bytes of a port are passed. */
export interface PassTarget {
  readonly host: string;
  readonly port: number;
}

/** A port of the core. Null as target: its connections are answered with 503. */
export interface GuardedPort extends PortAddress {
  readonly to: PassTarget | null;
}

/** A time in which traffic passed unmetered, Unix milliseconds. */
export interface Unmetered {
  readonly from: number;
  readonly to: number;
  /** Connections that were accepted in that time. */
  readonly connections: number;
}

/** From the core. `listener` comes with the handle of the socket; `beat` comes about once a second. */
export type CoreMessage =
  { readonly listener: PortAddress } | { readonly beat: readonly GuardedPort[] };

/** To the core. `donate`: send the handles of all sockets again. */
export type GuardMessage = { readonly donate: true } | { readonly unmetered: Unmetered };

/** Most ports of one core. */
const MAX_PORTS = 256;
const MAX_NAME = 255;

/** Reads a message of the core; null if it is none. */
export function readCoreMessage(message: unknown): CoreMessage | null {
  if (!isObject(message)) return null;
  if ('listener' in message) {
    const listener = portAddress(message.listener);
    return listener === null ? null : { listener };
  }
  if (!Array.isArray(message.beat) || message.beat.length > MAX_PORTS) return null;
  const beat: GuardedPort[] = [];
  for (const each of message.beat as unknown[]) {
    const address = portAddress(each);
    if (address === null) return null;
    beat.push({ ...address, to: passTarget(isObject(each) ? each.to : null) });
  }
  return { beat };
}

/** Reads a message of the guard; null if it is none. */
export function readGuardMessage(message: unknown): GuardMessage | null {
  if (!isObject(message)) return null;
  if (message.donate === true) return { donate: true };
  const { unmetered } = message;
  if (!isObject(unmetered)) return null;
  const { from, to, connections } = unmetered;
  if (!isCount(from) || !isCount(to) || !isCount(connections) || to < from) return null;
  return { unmetered: { from, to, connections } };
}

function portAddress(value: unknown): PortAddress | null {
  if (!isObject(value)) return null;
  const { address, port } = value;
  return isName(address) && isPort(port) ? { address, port } : null;
}

function passTarget(value: unknown): PassTarget | null {
  if (!isObject(value)) return null;
  const { host, port } = value;
  return isName(host) && isPort(port) ? { host, port } : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 65_535;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
