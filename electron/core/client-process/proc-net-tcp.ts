import type { LocalSocket } from './process-finder.ts';

/** A socket in `/proc/net/tcp` or `tcp6`. */
export interface SocketEntry {
  /** Identifies the socket; 0 if no process holds it any more. */
  readonly inode: number;
  /** The user who opened it. */
  readonly uid: number;
}

/** The fields of a line that are read, by their position (proc_pid_net(5)). */
const LOCAL = 1;
const REMOTE = 2;
const UID = 7;
const INODE = 9;

/**
 * Finds the clients' ends of connections in the text of `/proc/net/tcp` or `/proc/net/tcp6`. Ports are hexadecimal
 * after the last colon. Lines that cannot be read are skipped.
 */
export function parseProcNetTcp(
  text: string,
  sockets: readonly LocalSocket[],
): Map<LocalSocket, SocketEntry> {
  const wanted = new Map(sockets.map((socket) => [keyOf(socket.port, socket.proxyPort), socket]));
  const found = new Map<LocalSocket, SocketEntry>();
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const socket = wanted.get(keyOf(portOf(fields[LOCAL]), portOf(fields[REMOTE])));
    if (socket === undefined) continue;
    const [uid, inode] = [Number(fields[UID]), Number(fields[INODE])];
    if (Number.isSafeInteger(inode) && inode > 0 && Number.isSafeInteger(uid)) {
      found.set(socket, { inode, uid });
    }
  }
  return found;
}

function keyOf(port: number, proxyPort: number): string {
  return `${port}/${proxyPort}`;
}

function portOf(address = ''): number {
  return Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16);
}
