import type { CoreHandlers } from '../../shared/ipc.ts';
import type { Delta, Snapshot } from '../../shared/snapshot.ts';
import type { Config } from './startup/config.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Log } from './log.ts';

/** Where everything listens, once it does. */
export interface Ready {
  readonly proxies: readonly { readonly upstream: string; readonly url: string }[];
  readonly api: string;
}

/** The whole product without a face: it runs in Electron's main process and in plain Node. */
export interface Core {
  /** Opens the ports. Throws a TokwattError of one line if one cannot be had. */
  start(): Promise<Ready>;
  /** Lets exchanges finish for a moment, saves the totals, closes everything. */
  stop(): Promise<void>;
  snapshot(): Snapshot;
  /** Hears numbered deltas; returns the remover. Subscribe first, then take the snapshot. */
  subscribe(listener: (delta: Delta) => void): () => void;
  /** Stops or resumes metering; traffic flows either way. */
  setPaused(paused: boolean): void;
  /** Warns the user of an error that nothing handled. Never throws. */
  reportUnhandled(error: unknown): void;
  /** Answers to the calls of a page. */
  readonly handlers: CoreHandlers;
}

export interface CoreOptions {
  readonly config: Config;
  readonly store: StateStore;
  readonly version: string;
  readonly log: Log;
  /** Where people find the log; null if only standard error has it. */
  readonly logFile: string | null;
}
