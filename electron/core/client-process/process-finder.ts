/** A client's connection to a proxy, as the client's system knows it: both ends are on this machine. */
export interface LocalSocket {
  /** The client's port. */
  readonly port: number;
  /** The proxy's port. */
  readonly proxyPort: number;
}

/**
 * Finds the processes that hold the client's ends of connections. A socket that is not found is missing in the
 * answer. Rejects if the system's tool fails.
 */
export type FindProcesses = (
  sockets: readonly LocalSocket[],
) => Promise<ReadonlyMap<LocalSocket, string>>;
