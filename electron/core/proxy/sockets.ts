import type { Server, Socket } from 'node:net';

/** Where listening sockets come from: this process opens them, or whoever started it has opened them. */
export interface Sockets {
  /**
   * Returns the socket that was inherited for an address, so that no connection is lost over a restart. Null if there
   * is none: then one is opened. Each is returned once.
   */
  take(port: number, bind: string): Socket | null;
  /** Told of each server that listens. */
  opened(server: Server): void;
}

/** Starts to listen. `done` is called when the server listens; failures are the server's event `error`. */
export function listenOn(
  server: Server,
  { port, bind, sockets }: { port: number; bind: string; sockets: Sockets | undefined },
  done: () => void,
): void {
  const inherited = sockets?.take(port, bind) ?? null;
  const listening = (): void => {
    sockets?.opened(server);
    done();
  };
  if (inherited === null) server.listen({ port, host: bind }, listening);
  else server.listen(inherited, listening);
}
