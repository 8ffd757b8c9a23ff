import process from 'node:process';
import type { Settings } from '../../../shared/settings.ts';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ClientConnection } from '../proxy/client-connection.ts';
import { createLinuxProcesses } from './linux-processes.ts';
import { findMacosProcesses } from './macos-processes.ts';
import type { FindProcesses, LocalSocket } from './process-finder.ts';
import { findWindowsProcesses } from './windows-processes.ts';

/** Most connections that wait for a search. The oldest are given up. */
const MAX_WAITING = 256;
/** A search that took a second is followed by a pause of four, so searches use a fifth of a core at most. */
const PAUSE_FACTOR = 4;
const MAX_PAUSE_MS = 10_000;

export interface ClientProcessesOptions {
  readonly isEnabled: () => boolean;
  readonly log: Log;
  /** The way of this system by default; null if there is none. */
  readonly find?: FindProcesses | null;
}

/** What is known of a connection's process. */
interface Known {
  /** Null while it is searched, and if it was not found. */
  name: string | null;
}

/**
 * Tells which local program a connection comes from. A search starts when a connection's first request has begun and
 * runs beside it: nothing waits for it. Later requests of the connection cost one look-up in a map. One search runs at
 * a time, for all connections that wait.
 */
export class ClientProcesses {
  readonly #options: ClientProcessesOptions;
  readonly #find: FindProcesses | null;
  readonly #known = new WeakMap<ClientConnection, Known>();
  #waiting: { readonly socket: LocalSocket; readonly known: Known }[] = [];
  #isSearching = false;
  #hasFailed = false;

  constructor(options: ClientProcessesOptions) {
    this.#options = options;
    this.#find = options.find === undefined ? systemFinder() : options.find;
  }

  /** The name of a connection's program as far as it is known; starts a search at the first call. Never throws. */
  nameOf(connection: ClientConnection | null): string | null {
    if (connection === null || this.#find === null || !this.#options.isEnabled()) return null;
    const known = this.#known.get(connection);
    if (known !== undefined) return known.name;
    const first: Known = { name: null };
    this.#known.set(connection, first);
    const { isLocal, remotePort, localPort } = connection;
    if (isLocal) {
      if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
      this.#waiting.push({ socket: { port: remotePort, proxyPort: localPort }, known: first });
      if (!this.#isSearching) void this.#search(this.#find);
    }
    return null;
  }

  async #search(find: FindProcesses): Promise<void> {
    this.#isSearching = true;
    const startedAt = performance.now();
    const searched = this.#waiting;
    this.#waiting = [];
    try {
      const names = await find(searched.map(({ socket }) => socket));
      for (const { socket, known } of searched) known.name = names.get(socket) ?? null;
    } catch (error) {
      this.#failed(error);
    }
    const pauseMs = Math.min((performance.now() - startedAt) * PAUSE_FACTOR, MAX_PAUSE_MS);
    setTimeout(() => {
      this.#isSearching = false;
      if (this.#waiting.length > 0) void this.#search(find);
    }, pauseMs).unref();
  }

  /** A tool that is missing fails each time, so that the log has it once. */
  #failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const code = systemCode(error) ?? 'failed';
    this.#options.log.warn({ code }, "clients' processes cannot be found on this system");
  }
}

/** What the meter asks for the program of a connection. */
export function processesOf(
  settings: { readonly current: Pick<Settings, 'clients'> },
  log: Log,
): (connection: ClientConnection | null) => string | null {
  const processes = new ClientProcesses({
    isEnabled: () => settings.current.clients.processes,
    log,
  });
  return (connection) => processes.nameOf(connection);
}

function systemFinder(): FindProcesses | null {
  const find = {
    linux: () => createLinuxProcesses(),
    darwin: () => findMacosProcesses,
    win32: () => findWindowsProcesses,
  }[process.platform as string];
  return find?.() ?? null;
}
