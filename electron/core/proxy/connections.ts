import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Most pipelined requests that may wait on one connection. The connection is closed if there are
 * more.
 */
const MAX_WAITING = 100;

/** How long the first request of a connection may be on its way when the proxy closes, milliseconds. */
const FIRST_REQUEST_MS = 250;

interface Connection {
  busy: boolean;
  /** True until its first request. Its client cannot know that the proxy closes, and would not try again. */
  isNew: boolean;
  /** The response of the running exchange; null for an upgrade or when idle. */
  res: ServerResponse | null;
  readonly waiting: (() => void)[];
}

/**
 * The clients' connections, each with its running exchange and its waiting requests. Pipelined
 * requests run one after another, so no answer has to be buffered until its turn.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();
  #closing = false;
  #isDestroyed = false;

  get closing(): boolean {
    return this.#closing;
  }

  /** True once the remaining connections were closed by Tokwatt itself. */
  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  add(socket: Socket): void {
    if (this.#connections.has(socket)) return;
    this.#connections.set(socket, { busy: false, isNew: true, res: null, waiting: [] });
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** Runs `exchange` now, or after the earlier exchanges of this connection. */
  run(socket: Socket, res: ServerResponse | null, exchange: () => void): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) {
      socket.destroy();
      return;
    }
    const start = (): void => {
      connection.busy = true;
      connection.isNew = false;
      connection.res = res;
      exchange();
    };
    if (!connection.busy) start();
    else if (connection.waiting.push(start) > MAX_WAITING) {
      socket.destroy();
    }
  }

  /** Ends an exchange: starts the next one, or closes the connection during shutdown. */
  done(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    // Requests pipelined after the connection's last exchange are dropped.
    const next = socket.writable ? connection.waiting.shift() : undefined;
    if (next !== undefined) {
      next();
      return;
    }
    connection.busy = false;
    connection.res = null;
    if (this.#closing) socket.destroySoon();
  }

  isBusy(socket: Socket): boolean {
    return this.#connections.get(socket)?.busy === true;
  }

  /**
   * True while an answer is partly sent, so that no other bytes may be written to the connection.
   */
  isAnswering(socket: Socket): boolean {
    const connection = this.#connections.get(socket);
    return connection?.busy === true && connection.res?.headersSent !== false;
  }

  /** Closes idle connections now, new ones in a moment, and the others after their exchange. */
  drain(): void {
    this.#closing = true;
    for (const [socket, connection] of this.#connections) {
      if (connection.isNew) this.#closeIfUnused(socket, connection);
      else if (!connection.busy) socket.destroy();
    }
  }

  #closeIfUnused(socket: Socket, connection: Connection): void {
    const timer = setTimeout(() => {
      if (connection.isNew) socket.destroy();
    }, FIRST_REQUEST_MS);
    socket.once('close', () => clearTimeout(timer));
  }

  destroyAll(): void {
    this.#isDestroyed = true;
    for (const socket of this.#connections.keys()) socket.destroy();
  }
}
