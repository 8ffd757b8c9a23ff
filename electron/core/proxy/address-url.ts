import type { AddressInfo } from 'node:net';

/** The URL at which a client on this machine reaches a server that listens on `address`. */
export function addressUrl({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (address === '::') return `http://[::1]:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}
