import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Pipelined requests that may wait on one connection; a flood of them ends it. */
const MAX_WAITING = 100;

interface Connection {
  busy: boolean;
  /** The answer of the exchange that runs; null for an upgrade, or if none runs. */
  res: ServerResponse | null;
  readonly waiting: (() => void)[];
}

/**
 * The clients' connections: which are in the middle of an exchange, and what waits on them. Requests
 * that a client pipelines are taken one after the other, so that no answer is held for its turn.
 */
export class Connections {
  readonly #connections = new Map<Socket, Connection>();
  #closing = false;

  get closing(): boolean {
    return this.#closing;
  }

  add(socket: Socket): void {
    if (this.#connections.has(socket)) return;
    this.#connections.set(socket, { busy: false, res: null, waiting: [] });
    socket.on('close', () => this.#connections.delete(socket));
  }

  /** Runs `exchange` now, or once those before it on this connection are over. */
  run(socket: Socket, res: ServerResponse | null, exchange: () => void): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) {
      socket.destroy();
      return;
    }
    const start = (): void => {
      connection.busy = true;
      connection.res = res;
      exchange();
    };
    if (!connection.busy) start();
    else if (connection.waiting.push(start) > MAX_WAITING) {
      socket.destroy();
    }
  }

  /** An exchange is over: the next one's turn, or the connection's end if we are closing. */
  done(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    // What came behind the last exchange of a connection is not looked at.
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

  /** Something of an answer was sent and not all of it: nothing else may be put in between. */
  isAnswering(socket: Socket): boolean {
    const connection = this.#connections.get(socket);
    return connection?.busy === true && connection.res?.headersSent !== false;
  }

  /** Ends the idle ones now, the others after their exchange. */
  drain(): void {
    this.#closing = true;
    for (const [socket, connection] of this.#connections) {
      if (!connection.busy) socket.destroy();
    }
  }

  destroyAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }
}
