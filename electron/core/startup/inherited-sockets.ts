import { Socket } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import process from 'node:process';
import type { Sockets } from '../proxy/sockets.ts';

/** The first descriptor that a service manager passes. */
const FIRST_FD = 3;
const MAX_FDS = 256;

/** An inherited socket that nothing has taken yet. */
interface Inherited {
  readonly socket: Socket;
  readonly address: string;
  readonly port: number;
}

/**
 * The listening sockets that this process inherits from systemd (`LISTEN_FDS`) or from the guard
 * (`TOKWATT_LISTEN_FDS`). The variables are removed, so that no child takes them for its own.
 */
export class InheritedSockets implements Sockets {
  readonly #waiting: Inherited[] = [];
  readonly #open = new Set<Server>();
  #onOpened: (server: Server) => void = () => undefined;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    for (const fd of inheritedFds(env)) {
      const inherited = listening(fd);
      if (inherited !== null) this.#waiting.push(inherited);
    }
  }

  take(port: number, bind: string): Socket | null {
    const names = addressesOf(bind);
    const at = this.#waiting.findIndex(
      (each) => each.port === port && names.includes(each.address),
    );
    return at === -1 ? null : (this.#waiting.splice(at, 1)[0]?.socket ?? null);
  }

  opened(server: Server): void {
    this.#open.add(server);
    server.once('close', () => this.#open.delete(server));
    this.#onOpened(server);
  }

  /** Calls `listener` with each server that listens now or later. */
  follow(listener: (server: Server) => void): void {
    this.#onOpened = listener;
    this.#open.forEach(listener);
  }

  /** The servers that listen. */
  get open(): readonly Server[] {
    return [...this.#open].filter(({ listening: isOpen }) => isOpen);
  }

  /**
   * Closes the sockets that no part of Tokwatt has taken. Returns the addresses on which nothing listens: connections
   * to them would wait for ever. The guard and systemd may both have passed the same socket.
   */
  closeRest(): string[] {
    const used = this.open.map((server) => nameOf(server.address() as AddressInfo));
    const rest = this.#waiting.splice(0);
    for (const { socket } of rest) socket.destroy();
    return rest.map(nameOf).filter((name) => !used.includes(name));
  }
}

function nameOf({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  return `${address} port ${port}`;
}

function inheritedFds(env: NodeJS.ProcessEnv): number[] {
  const { LISTEN_FDS, LISTEN_PID, TOKWATT_LISTEN_FDS } = env;
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES', 'TOKWATT_LISTEN_FDS']) {
    Reflect.deleteProperty(env, name);
  }
  const systemd = LISTEN_PID === `${process.pid}` ? LISTEN_FDS : undefined;
  const count = Number(TOKWATT_LISTEN_FDS ?? systemd ?? 0);
  if (!Number.isInteger(count) || count < 0 || count > MAX_FDS) return [];
  return Array.from({ length: count }, (_, index) => FIRST_FD + index);
}

/** Opens a descriptor without accepting from it yet; null if it is no socket of TCP. */
function listening(fd: number): Inherited | null {
  try {
    const socket = new Socket({ fd, readable: false, writable: false });
    socket.on('error', () => undefined);
    const { address, port } = socket.address() as Partial<AddressInfo>;
    return address === undefined || port === undefined ? null : { socket, address, port };
  } catch {
    return null;
  }
}

function addressesOf(bind: string): readonly string[] {
  if (bind === 'localhost') return ['127.0.0.1', '::1'];
  return [bind.replace(/^\[|\]$/g, '')];
}
