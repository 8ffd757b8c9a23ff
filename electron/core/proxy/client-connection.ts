import type { Socket } from 'node:net';

/** A client's connection, the same object for all of its requests. */
export interface ClientConnection {
  /** True if the client is on this machine. */
  readonly isLocal: boolean;
  /** The client's port. */
  readonly remotePort: number;
  /** The proxy's port. */
  readonly localPort: number;
}

const connections = new WeakMap<Socket, ClientConnection>();

/** The connection of a socket; null if it was closed before it was first asked for. */
export function connectionOf(socket: Socket): ClientConnection | null {
  const known = connections.get(socket);
  if (known !== undefined) return known;
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined)
    return null;
  // A client that uses the machine's own address in the network has the same address on both sides.
  const isLocal = /^(?:::ffff:)?127\.|^::1$/.test(remoteAddress) || remoteAddress === localAddress;
  const connection = { isLocal, remotePort, localPort };
  connections.set(socket, connection);
  return connection;
}
