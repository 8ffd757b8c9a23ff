import { lookup } from 'node:dns/promises';
import { BlockList, connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import { TokwattError, systemCode } from '../../errors.ts';

/** Addresses of this machine and of a local network. */
const LOCAL = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  LOCAL.addSubnet(net, prefix, 'ipv4');
}
LOCAL.addAddress('::1', 'ipv6');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');

/** True for a loopback, private or link-local address, also for one of IPv4 written as IPv6. */
export function isLocalAddress(address: string): boolean {
  const plain = address.split('%')[0] ?? '';
  const family = isIP(plain);
  return family !== 0 && LOCAL.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

export interface LocalTarget {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/**
 * Opens a connection to a host of the local network. The name is looked up here and the connection
 * goes to the address that was checked, so an answer that changes between two lookups leads nowhere.
 * Rejects with a `wall_meter` error that says what to do, or if `signal` is aborted.
 */
export async function connectLocally(target: LocalTarget, signal: AbortSignal): Promise<Socket> {
  const address = await localAddressOf(target.host);
  signal.throwIfAborted();
  const socket = await connected(target, address, signal).catch((error: unknown) => {
    throw new TokwattError('wall_meter', failureText(target, error), { cause: error });
  });
  // The last word is what the socket itself says.
  if (isLocalAddress(socket.remoteAddress ?? '')) return socket;
  socket.destroy();
  throw notLocal(target.host);
}

async function localAddressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) {
    if (isLocalAddress(host)) return host;
    throw notLocal(host);
  }
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    const code = systemCode(error) ?? 'failed';
    const message = sentence('wall_unknown_name', { host, code });
    throw new TokwattError('wall_meter', message, { cause: error });
  });
  const local = found.find(({ address }) => isLocalAddress(address));
  if (local === undefined) throw notLocal(host);
  return local.address;
}

function connected(
  { host, port, isTls }: LocalTarget,
  address: string,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = isTls
      ? connectTls({ host: address, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connect({ host: address, port });
    const abort = (): void => void socket.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    socket.once('error', reject);
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      socket.off('error', reject);
      // Whoever reads learns of a failure by the end of the data. Without a listener, it is fatal.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function notLocal(host: string): TokwattError {
  return new TokwattError('wall_meter', sentence('wall_not_local', { host }));
}

function failureText({ host, port }: LocalTarget, error: unknown): Sentence {
  const code = systemCode(error) ?? (error instanceof Error ? error.name : 'failed');
  return sentence('wall_no_answer', { host, port: String(port), code });
}
