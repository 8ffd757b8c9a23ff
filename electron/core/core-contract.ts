import type { CoreHandlers } from '../../shared/ipc.ts';
import type { Message } from '../../shared/sentences.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import type { PassTarget, Unmetered } from '../guard/messages.ts';
import type { Config } from './startup/config.ts';
import type { OwnProcesses } from './hardware/own-footprint.ts';
import type { StartHelper } from './hardware/child-process/helper-process.ts';
import type { Sockets } from './proxy/sockets.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Log } from './log.ts';

/** The URLs on which Tokwatt listens. */
export interface Ready {
  readonly proxies: readonly { readonly upstream: string; readonly url: string }[];
  readonly api: string;
}

/** The system's sleep, as far as Tokwatt is told of it. */
export interface SystemSleep {
  /** Call it before the system sleeps. Resolves when what was measured is stored. Never rejects. */
  suspend(): Promise<void>;
  /** Call it when the system is awake again. */
  resume(): void;
}

/** What a service manager and the guard ask of the core. */
export interface ServiceAccess {
  /** Puts an edited settings file in force. Running exchanges go on. */
  reload(): Promise<void>;
  /** Where the bytes of each proxy's port would go if they were passed as they are. */
  targets(): ReadonlyMap<number, PassTarget | null>;
  /** Takes a time in which traffic passed unmetered. */
  noteUnmetered(time: Unmetered): void;
}

/** The whole product without a window. It runs in Electron's main process and in plain Node. */
export interface Core {
  /**
   * Opens the ports. Throws a TokwattError with a message of one line if a port cannot be opened.
   */
  start(): Promise<Ready>;
  /** Waits a few seconds for exchanges to finish, saves the totals, and closes everything. */
  stop(): Promise<void>;
  snapshot(): Snapshot;
  /**
   * Calls `listener` with numbered deltas. Returns the function that removes it. Subscribe first,
   * then take the snapshot, so that no delta is missed.
   */
  subscribe(listener: (delta: Delta) => void): () => void;
  /** Shows a warning, or changes the one with the same topic; null removes it. */
  tell(topic: string, message: Message | null): void;
  /** For the shell, which the system tells that it goes to sleep and is awake again. */
  readonly sleep: SystemSleep;
  /** Warns the user of an unhandled error. Never throws. */
  reportUnhandled(error: unknown): void;
  /** Handlers for the page's calls. */
  readonly handlers: CoreHandlers;
  /**
   * Answers a request of the desktop's own page to the API, with all rights. Only the path, query,
   * method, body and content type of `request` count.
   */
  askApi(request: Request): Promise<Response>;
}

/** A core that runs in this process. */
export interface HostedCore extends Core {
  /** For a service manager and the guard. */
  readonly service: ServiceAccess;
}

export interface CoreOptions {
  readonly config: Config;
  readonly store: StateStore;
  readonly version: string;
  readonly log: Log;
  /** The log file's path; null if only standard error has the log. */
  readonly logFile: string | null;
  /** Starts a child process of this program from a bundle entry. */
  readonly startHelper: StartHelper;
  /** Where listening sockets come from; the system by default. */
  readonly sockets?: Sockets | undefined;
  /** Tokwatt's own processes; this one alone by default. */
  readonly ownProcesses?: OwnProcesses;
}
